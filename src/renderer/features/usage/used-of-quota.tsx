import { allUsed, usedWords } from './usage-words.ts'
import { useUsage } from './use-usage.ts'

/** Beside the name of the cloud, where it publishes its quota. */
export function UsedOfQuota({ cloudId }: { cloudId: string }) {
  const usage = useUsage(cloudId)
  const words = usage === null ? null : usedWords(usage)
  if (usage === null || words === null) return null
  return (
    <span className="used t2 small" title={allUsed(usage).join('\n')}>
      {words}
    </span>
  )
}
