import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHttp } from '../../../src/core/clouds/http.ts'
import { GlancerError } from '../../../src/shared/errors.ts'
import { downloadJob, realEngine, run, uploadJob } from './engine.ts'

// trusts.ts URL: a process of its own, whose system trusts whom SSL_CERT_FILE names. Prints for each kind of connection "trusted", or the code of the error.

const url = process.argv[2] ?? ''
const dir = await mkdtemp(join(tmpdir(), 'glancer-trusts-'))
const engine = realEngine()
const path = join(dir, 'disk.raw')
await writeFile(path, Buffer.alloc(1000))
const http = createHttp({ verify: true }, {})
const control = await http.send(url, { method: 'GET' }).then(
  () => 'trusted',
  (error: unknown) => (error instanceof GlancerError ? error.code : String(error)),
)
const endpoint = { url: `${url}/v2/images/x/file`, headers: { 'X-Auth-Token': 'a-token' } }
const outcome = async (job: Parameters<typeof run>[1]): Promise<string> => {
  const finished = await run(engine, job)
  return finished.type === 'failed' ? finished.error.code : finished.type === 'done' ? 'trusted' : finished.type
}
const upload = await outcome({ ...(await uploadJob(url, path)), endpoint })
const download = await outcome(downloadJob(url, join(dir, 'part'), { endpoint }))
console.log(JSON.stringify({ control, upload, download }))
await http.close()
await engine.close()
await rm(dir, { recursive: true, force: true })
