import type { Transfer, TransferStateName } from '../../../../src/shared/domain.ts'
import type { SeededRandom } from '../random.ts'
import type { CrashPoint } from './crash-points.ts'
import type { RemoteCore } from './remote-core.ts'

/** When one life of the core ends. */
export type KillPlan =
  /** So long after the process was started; the shortest hit it while it opens its journal. */
  | { kind: 'time'; ms: number }
  /** A moment after a page was shown a transfer in this state. */
  | { kind: 'state'; state: TransferStateName; ms: number }
  /** By itself, at a place in the code. */
  | { kind: 'point'; point: CrashPoint }

const states = ['preparing', 'transferring', 'transferring', 'finishing', 'verifying', 'done', 'done'] as const
const commits = ['before-commit', 'after-commit'] as const
const ends = ['before-done', 'after-done', 'before-link', 'after-link', 'after-unlink', 'before-rename', 'after-rename'] as const
/** A state or a place that is not reached within this is not waited for. */
const LONGEST_LIFE_MS = 3000

export function planKill(random: SeededRandom): KillPlan {
  const dice = random.next()
  if (dice < 0.3) return { kind: 'time', ms: random.int(0, 2000) }
  if (dice < 0.6) return { kind: 'state', state: random.pick(states), ms: random.int(0, 60) }
  if (dice < 0.7) return { kind: 'point', point: { at: random.pick(commits), nth: random.int(1, 60) } }
  return { kind: 'point', point: { at: random.pick(ends), nth: random.int(1, 2) } }
}

/** Carries a plan out on one life. */
export class Killer {
  readonly #plan: KillPlan
  readonly #timers: NodeJS.Timeout[] = []
  #core: RemoteCore | null = null
  #asPlanned = false

  constructor(plan: KillPlan) {
    this.#plan = plan
  }

  watch(core: RemoteCore): void {
    this.#core = core
    if (this.#plan.kind === 'time') this.#killAfter(this.#plan.ms, true)
    else this.#killAfter(LONGEST_LIFE_MS, false)
  }

  saw(row: Transfer): void {
    if (this.#plan.kind === 'state' && row.state === this.#plan.state) this.#killAfter(this.#plan.ms, true)
  }

  /** Waits for its end. Says how it came about: at a place only if it got there by itself. */
  async death(core: RemoteCore): Promise<KillPlan['kind']> {
    await core.exited
    for (const timer of this.#timers) clearTimeout(timer)
    const { kind } = this.#plan
    if (kind === 'point') return core.killedFromHere ? 'time' : 'point'
    return this.#asPlanned ? kind : 'time'
  }

  #killAfter(ms: number, asPlanned: boolean): void {
    this.#timers.push(
      setTimeout(() => {
        this.#asPlanned ||= asPlanned
        this.#core?.kill()
      }, ms),
    )
  }
}
