import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startImageServiceThread } from '../src/core/service/index.ts'
import { glancer, glancerCore, program } from './programs.ts'
import type { Report } from './report.ts'

/** Many small images to the built-in service: the whole core, its engine alone, and one curl that sends the same requests over one connection. */
export async function small(report: Report, rounds: number, sinkUrl: string, files: readonly string[]): Promise<void> {
  const section = report.section(
    `${files.length} images of 64 KiB to the built-in service: each is created, sent and read back`,
    files.length * 65_536,
  )
  for (let round = 0; round < rounds; round++) {
    section.add('Glancer, the whole core with its queue and journal', await glancerCore(files))
    section.add('curl, one process, keep-alive, the same requests', await curlAll(files))
    section.add(
      'Glancer, the engine alone, to a peer that checks nothing',
      await glancer({ kind: 'upload', url: `${sinkUrl}/sink`, paths: files, atOnce: 3, warmUp: sinkUrl }),
    )
  }
  section.ratio(
    'Wall time of the whole core to `curl`',
    'Glancer, the whole core with its queue and journal',
    'curl, one process, keep-alive, the same requests',
    '< 3',
  )
}

async function curlAll(files: readonly string[]): Promise<Awaited<ReturnType<typeof program>>> {
  const dir = await mkdtemp(join(tmpdir(), 'glancer-bench-curl-'))
  const service = await startImageServiceThread({ dataDir: join(dir, 'data') })
  try {
    const auth = `header = "X-Auth-Token: ${service.token}"\nsilent\nshow-error\nfail\noutput = "/dev/null"\n`
    const requests = files.flatMap((file) => {
      const id = randomUUID()
      const record = JSON.stringify({ id, name: 'bench', disk_format: 'raw', container_format: 'bare' }).replaceAll('"', '\\"')
      const url = `${service.url}/v2/images`
      return [
        `${auth}header = "Content-Type: application/json"\ndata = "${record}"\nurl = "${url}"\n`,
        `${auth}header = "Content-Type: application/octet-stream"\nheader = "Expect:"\nupload-file = "${file}"\nurl = "${url}/${id}/file"\n`,
        `${auth}url = "${url}/${id}"\n`,
      ]
    })
    await writeFile(join(dir, 'requests'), requests.join('next\n'))
    return await program('curl', ['-K', join(dir, 'requests')])
  } finally {
    await service.close()
    await rm(dir, { recursive: true, force: true })
  }
}
