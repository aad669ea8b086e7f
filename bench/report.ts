import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import type { Run } from './programs.ts'

/** The middle value; of an even number the lower of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor((values.length - 1) / 2)] ?? Number.NaN
}

/** What the figures were taken on. */
export function machineLine(): string {
  return `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 1024 ** 3)} GiB, ${type()} ${release()}, Node ${process.versions.node}`
}

/** Collects figures, prints each section's lines, and makes the text of RESULTS.md. */
export class Report {
  readonly #rounds: number
  readonly #sections: Section[] = []
  readonly #missing: string[] = []

  constructor(rounds: number) {
    this.#rounds = rounds
  }

  section(title: string, bytes: number): Section {
    console.log(`\n${title}`)
    const section = new Section(title, bytes)
    this.#sections.push(section)
    return section
  }

  notRun(what: string): void {
    this.#missing.push(what)
  }

  /** What stands above all sections, whenever each was run. */
  intro(): string {
    return [
      '# Results of the bench',
      'Written by `npm run bench`, each section when it was run last, as its first line says. The rounds alternate, so that a slow moment of the machine hits all. Compare ratios: absolute figures drift with what else the machine does.',
      'Wall, CPU (user and system, of the client alone) and peak memory are medians, with the lowest and the highest wall time. Glancer computes MD5 and SHA-512 of every byte on the way; the others check nothing unless their line says so. Its threads are those of the built app; its wall time and CPU are those of the transfer in a process that has moved something before, its memory is that of the whole process.',
    ].join('\n\n')
  }

  /** The sections that were run, by their headings. */
  sections(): Map<string, string> {
    const run = `\`npm run bench -- ${process.argv.slice(2).join(' ')}\`, ${new Date().toISOString().slice(0, 10)}, up to ${this.#rounds} rounds: ${machineLine()}.`
    return new Map(this.#sections.map((section) => [section.title, section.text(run)]))
  }

  /** What could not be run here, and why. */
  printMissing(): void {
    for (const line of this.#missing) console.log(`\nNot run. ${line}`)
  }
}

class Section {
  readonly title: string
  readonly #bytes: number
  readonly #runs = new Map<string, Run[]>()
  readonly #lines: string[] = []

  constructor(title: string, bytes: number) {
    this.title = title
    this.#bytes = bytes
  }

  add(name: string, run: Run): void {
    console.log(`  ${name}: ${run.seconds.toFixed(2)} s`)
    this.#runs.set(name, [...(this.#runs.get(name) ?? []), run])
  }

  /** The median of the rounds' own ratios of wall times, so that each pair saw the same moment of the machine. */
  ratio(what: string, above: string, below: string, target?: string): void {
    const divisors = this.#runs.get(below) ?? []
    const ratios = (this.#runs.get(above) ?? []).map((run, n) => run.seconds / (divisors[n]?.seconds ?? Number.NaN))
    if (ratios.length === 0 || divisors.length === 0) return
    this.fact(`${what}: ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`, target)
  }

  fact(line: string, target?: string): void {
    const all = target === undefined ? line : `${line}; target ${target}`
    console.log(`  ${all}`)
    this.#lines.push(`- ${all}`)
  }

  /** @param run when it was run, and how. */
  text(run: string): string {
    const rows = [...this.#runs].map(([name, runs]) => {
      const walls = runs.map(({ seconds }) => seconds)
      const wall = median(walls)
      const rss = median(runs.map(({ rssPeakMiB }) => rssPeakMiB))
      const figures = [
        `${wall.toFixed(2)} s (${Math.min(...walls).toFixed(2)} to ${Math.max(...walls).toFixed(2)})`,
        `${Math.round(this.#bytes / 1024 ** 2 / wall)} MiB/s`,
        `${median(runs.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2)} s`,
        rss > 0 ? `${Math.round(rss)} MiB` : '',
      ]
      return `| ${[name, ...figures].join(' | ')} |`
    })
    const table = rows.length === 0 ? [] : [['| | wall | rate | CPU | peak memory |', '|---|---|---|---|---|', ...rows].join('\n')]
    return [`## ${this.title}`, run, ...table, ...(this.#lines.length === 0 ? [] : [this.#lines.join('\n')])].join('\n\n')
  }
}
