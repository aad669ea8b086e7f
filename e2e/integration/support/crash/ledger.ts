import type { TransferRecord } from '../../../../src/core/transfers/record.ts'
import type { Transfer } from '../../../../src/shared/domain.ts'

/** What the parent was told: it survives every crash, so that what the journal says afterwards can be held against it. */
export class Ledger {
  /** Ids that a command answered with: from then on the person counts on them. */
  readonly acknowledged = new Set<string>()
  /** The last that a page was shown of each transfer. */
  readonly shown = new Map<string, Transfer>()

  /** @throws Error naming what the journal has lost, or never had when it was shown. */
  compare(journal: ReadonlyMap<string, TransferRecord>): void {
    const wrong: string[] = []
    for (const id of new Set([...this.acknowledged, ...this.shown.keys()])) if (!journal.has(id)) wrong.push(`${id} is lost`)
    for (const [id, row] of this.shown) {
      const record = journal.get(id)
      if (record === undefined) continue
      const told = `${row.kind} of ${row.imageName} was shown ${row.state}, and the journal has it ${record.state}`
      // A change is on the disk before it is shown, so the journal is at the same point, or further.
      if (record.stateSince < row.stateSince || (record.stateSince === row.stateSince && record.attempt < row.attempt))
        wrong.push(`${told}, from before`)
      if (isOver(row) && record.state !== row.state) wrong.push(told)
    }
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
  }

  /** @throws Error where a page that opens now is shown something else than what the journal holds. */
  static same(journal: ReadonlyMap<string, TransferRecord>, rows: readonly Transfer[]): void {
    const pick = (row: Pick<Transfer, 'id' | 'state' | 'imageId' | 'imageName' | 'fileName' | 'position' | 'verification' | 'attempt'>) =>
      JSON.stringify([row.id, row.state, row.imageId, row.imageName, row.fileName, row.position, row.verification, row.attempt])
    const kept = [...journal.values()].map(pick).sort()
    const seen = rows.map(pick).sort()
    const differing = kept.filter((text) => !seen.includes(text))
    if (differing.length > 0 || kept.length !== seen.length)
      throw new Error(`the journal has ${kept.length} rows, the page ${seen.length}; differing:\n${differing.join('\n')}`)
  }
}

function isOver(row: Transfer): boolean {
  return row.state === 'done' || row.state === 'failed' || row.state === 'cancelled'
}
