import { z } from 'zod'
import type { PreloadBridge } from '../../shared/bridge.ts'
import { errorShapeSchema } from '../../shared/error-shape.ts'
import { GlancerError } from '../../shared/errors.ts'
import { type CommandName, commands, deltaSchema, type Input, type Output } from '../../shared/protocol.ts'
import type { Bridge, DroppedFile } from './bridge.ts'
import { filesOf } from './dropped-entries.ts'

const answerSchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: errorShapeSchema }),
])
const droppedSchema = z.array(z.union([z.object({ fileId: z.string() }), z.object({ name: z.string(), problem: z.string() })]))

/** The bridge over Electron's IPC. The main process lives as long as the window, so the connection is never lost. */
export function createElectronBridge(preload: PreloadBridge): Bridge {
  return {
    host: 'electron',
    async call<N extends CommandName>(name: N, input: Input<N>): Promise<Output<N>> {
      const answer = answerSchema.parse(await preload.call(name, input))
      if (!answer.ok) throw GlancerError.fromShape(answer.error)
      return commands[name].output.parse(answer.value) as Output<N>
    },
    onDelta: (listener) => preload.onDelta((delta) => listener(deltaSchema.parse(delta))),
    onConnection(listener) {
      listener('connected')
      return () => {}
    },
    async addDropped(dropped) {
      const { files, problems } = await filesOf(dropped)
      const added: DroppedFile[] = files.length === 0 ? [] : droppedSchema.parse(await preload.addFiles(files))
      return [...added, ...problems]
    },
    sendBodies() {},
  }
}
