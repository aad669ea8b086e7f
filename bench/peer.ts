import { randomFillSync } from 'node:crypto'
import { createServer, type Socket } from 'node:net'

// A peer as fast as Node allows, in a process of its own: takes any PUT and throws it away, gives any GET as many bytes as its path names
// (`/sized/1048576`), always the same random 64 MiB over and over, or zeros (`/zeros/…`), or zeros of which every 64th MiB is random
// (`/sparse/…`). Keep-alive; one request after the other.
// A `Range` is honoured. Listens on loopback, or on the address that it is given, and prints its port. It checks nothing: what the far end must see is a matter of the tests.

const MIB = 1024 * 1024
const random = Array.from({ length: 64 }, () => randomFillSync(Buffer.alloc(MIB)))
const zeros = [Buffer.alloc(MIB)]
const sparse = random.map((block, n) => (n === 0 ? block : Buffer.alloc(MIB)))
const kinds: Readonly<Record<string, Buffer[]>> = { sized: random, zeros, sparse }

createServer({ highWaterMark: MIB, noDelay: true }, (socket) => {
  socket.on('error', () => {})
  let head = ''
  let bodyLeft = 0
  let busy = false
  socket.on('data', (chunk: Buffer) => {
    if (bodyLeft > 0) {
      bodyLeft -= chunk.length
      if (bodyLeft <= 0) socket.write('HTTP/1.1 204 No Content\r\n\r\n')
      return
    }
    if (busy) return
    head += chunk.toString('latin1')
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    const [method = '', path = ''] = head.split(' ')
    const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    const came = head.length - end - 4
    const expects = /expect: *100-continue/i.test(head)
    const range = /range: *bytes=(\d+)-(\d*)/i.exec(head)
    head = ''
    if (method === 'GET') {
      busy = true
      void give(socket, path, range).then(() => {
        busy = false
      })
      return
    }
    if (expects) socket.write('HTTP/1.1 100 Continue\r\n\r\n')
    bodyLeft = length - came
    if (bodyLeft <= 0) socket.write('HTTP/1.1 204 No Content\r\n\r\n')
  })
}).listen(0, process.argv[2] ?? '127.0.0.1', function (this: { address(): unknown }) {
  const address = this.address()
  if (typeof address === 'object' && address !== null && 'port' in address) console.log(address.port)
})

async function give(socket: Socket, path: string, range: RegExpExecArray | null): Promise<void> {
  const [, kind = '', digits] = path.split('/')
  const size = Number(digits)
  const blocks = kinds[kind] ?? random
  const [from, to] = range === null ? [0, size] : [Number(range[1]), range[2] === '' ? size : Number(range[2]) + 1]
  const first = range === null ? '200 OK\r\n' : `206 Partial Content\r\nContent-Range: bytes ${from}-${to - 1}/${size}\r\n`
  socket.write(`HTTP/1.1 ${first}Content-Type: application/octet-stream\r\nContent-Length: ${to - from}\r\n\r\n`)
  for (let at = from; at < to && !socket.destroyed; ) {
    const block = blocks[Math.floor(at / MIB) % blocks.length]
    if (block === undefined) return
    const piece = block.subarray(at % MIB, Math.min(MIB, (at % MIB) + to - at))
    at += piece.length
    if (!socket.write(piece)) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          socket.off('drain', wake)
          socket.off('close', wake)
          resolve()
        }
        socket.on('drain', wake)
        socket.on('close', wake)
      })
    }
  }
}
