import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Glancer, glancer, output } from './programs.ts'
import { median, type Report } from './report.ts'

const MIB = 1024 * 1024

/** Peak memory of one transfer over that of a process whose threads are there and idle; every 64th MiB of the image is data, the rest zeros. */
export async function memory(report: Report, rounds: number, gib: number, url: string, dir: string): Promise<void> {
  const section = report.section(`Peak memory of one transfer over the idle process, ${gib} GiB`, 0)
  const size = gib * 1024 * MIB
  for (const kind of ['download', 'copy']) {
    const grown: number[] = []
    for (let round = 0; round < rounds; round++) {
      const path = join(dir, 'memory')
      const source = `${url}/sparse/${size}`
      const ways = kind === 'copy' ? { source, url: `${url}/sink` } : { url: source }
      const run = await glancer({ kind, ...ways, bytes: size, warmUp: url, paths: [path] })
      grown.push(run.rssPeakMiB - run.rssBeforeMiB)
      if (kind === 'download' && round === 0) await fileOnDisk(section, path, run)
      await rm(path, { force: true })
    }
    const [least, most] = [Math.min(...grown), Math.max(...grown)]
    section.fact(`${kind}: ${median(grown).toFixed(0)} MiB (${least.toFixed(0)} to ${most.toFixed(0)})`, '<= 48 MiB')
  }
}

/** What an image that is nearly all zeros has become on disk. */
async function fileOnDisk(section: ReturnType<Report['section']>, path: string, run: Glancer): Promise<void> {
  const { size, blocks } = await stat(path)
  const isRight = (await output(['md5sum', path])).startsWith(run.digests.md5 ?? '-')
  section.fact(
    `${size / 1024 ** 3} GiB with ${size / 64 / MIB} MiB of data took ${run.seconds.toFixed(1)} s and ${Math.round((blocks * 512) / MIB)} MiB of the disk; \`md5sum\` of the file ${isRight ? 'agrees' : 'DISAGREES'}`,
  )
}
