import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dataOf } from './runner.ts'

/** What web-download fetches from: `/ok` is an image of 5000 bytes, everything else is a 404. */
export async function startWebSource(port: number): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((req, res) => {
    if (req.url === '/ok') res.end(dataOf(5000))
    else res.writeHead(404).end()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address() as AddressInfo
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
