import { Play } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { Pause } from '../../components/own-icons.ts'
import { ask } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'

/** Pauses all that can be paused; once all is paused, resumes all. Absent where neither is possible. */
export function PauseAll({ small = false }: { small?: boolean }) {
  const pausable = useData((data) => [...data.transfers.values()].some((transfer) => transfer.actions.includes('pause')))
  const paused = useData((data) => [...data.transfers.values()].some((transfer) => transfer.state === 'paused'))
  const kind = small ? 'quiet' : 'plain'
  if (pausable) {
    return (
      <Button kind={kind} small={small} {...(!small && { icon: Pause })} onClick={() => void ask('transfers.pauseAll', {})}>
        Pause all
      </Button>
    )
  }
  if (!paused) return null
  return (
    <Button kind={kind} small={small} {...(!small && { icon: Play })} onClick={() => void ask('transfers.resumeAll', {})}>
      Resume all
    </Button>
  )
}
