import { Shape } from '../../components/shape.tsx'
import { quotaFindings, usedWords } from './usage-words.ts'
import { useUsage } from './use-usage.ts'

interface QuotaLineProps {
  cloudId: string
  images: number
  bytes: number | null
  /** What stands before it where it follows something. */
  lead?: string
}

/** In the foot of a sheet: what is used of the quota, and what these images would go beyond. `bytes` null = not known before. */
export function QuotaLine({ cloudId, images, bytes, lead = '' }: QuotaLineProps) {
  const usage = useUsage(cloudId)
  if (usage === null) return null
  const words = usedWords(usage)
  const [first] = quotaFindings(usage, images, bytes)
  return (
    <span className={first?.severity === 'warn' ? 'quota warn' : 'quota t2'}>
      {first === undefined ? null : <Shape name={first.severity === 'warn' ? 'triangle' : 'info'} />}
      <span>
        {first === undefined ? lead : `${first.text} `}
        {words === null ? 'quota: not published by this cloud' : first === undefined ? `quota: ${words}` : `(${words})`}
      </span>
    </span>
  )
}
