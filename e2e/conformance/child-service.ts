import { startImageService } from '../../src/core/service/index.ts'

// A service in a process of its own, to be killed. Arguments: the data folder. Prints one line of JSON when it listens.
const [dataDir = ''] = process.argv.slice(2)
const service = await startImageService({ dataDir, log: (text) => console.error(text) })
console.log(JSON.stringify({ url: service.url, token: service.token }))
process.on('message', (what) => {
  if (what === 'memory') process.send?.({ rss: process.memoryUsage.rss() })
})
