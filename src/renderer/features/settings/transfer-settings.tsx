import { formatRate } from '../../../shared/units.ts'
import { type Choice, Select } from '../../components/select.tsx'
import { ask } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'

const AT_ONCE = [1, 2, 3, 4, 6, 8, 12, 16]
const LIMITS = [1, 2, 5, 10, 25, 50, 100, 250, 500].map((megabytes) => megabytes * 1_000_000)
const NONE = 'none'

export function AtOnceSelect() {
  const value = useData((data) => data.settings.transfersAtOnce)
  const numbers = AT_ONCE.includes(value) ? AT_ONCE : [...AT_ONCE, value].sort((a, b) => a - b)
  return (
    <Select
      label="Transfers at once"
      className="at-once"
      value={String(value)}
      choices={numbers.map((number) => ({ value: String(number), label: String(number) }))}
      onChange={(next) => void ask('app.changeSettings', { transfersAtOnce: Number(next) })}
    />
  )
}

export function SpeedLimitSelect() {
  const value = useData((data) => data.settings.speedLimit)
  const rates = value === null || LIMITS.includes(value) ? LIMITS : [...LIMITS, value].sort((a, b) => a - b)
  const choices: Choice[] = [{ value: NONE, label: 'none' }, ...rates.map((rate) => ({ value: String(rate), label: formatRate(rate) }))]
  return (
    <Select
      label="Speed limit"
      className="speed-limit"
      value={value === null ? NONE : String(value)}
      choices={choices}
      onChange={(next) => void ask('app.changeSettings', { speedLimit: next === NONE ? null : Number(next) })}
    />
  )
}
