import type { Usage } from '../../../shared/image-protocol.ts'
import { useAsked } from '../../lib/use-asked.ts'
import { useData } from '../../stores/data.ts'

/**
 * The limits of a cloud and what is used of them; empty = it publishes none, null = not known yet, or not to be had. Asked again when a transfer
 * to it has ended.
 */
export function useUsage(cloudId: string): readonly Usage[] | null {
  const ended = useData((data) => {
    let count = 0
    for (const transfer of data.transfers.values()) if (transfer.cloudId === cloudId && transfer.endedAt !== null) count++
    return count
  })
  const asked = useAsked('images.usage', { cloudId }, ended)
  return asked.error === null ? asked.value : null
}
