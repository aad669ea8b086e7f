import { Tooltip } from '@base-ui/react/tooltip'
import { Play } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { Pause } from '../../components/own-icons.ts'
import { ask } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { pauseMeaning } from './words.ts'

/** Pauses all that can be paused; once all is paused, resumes all. Absent where neither is possible. */
export function PauseAll({ small = false }: { small?: boolean }) {
  const pausable = useData((data) => [...data.transfers.values()].some((transfer) => transfer.actions.includes('pause')))
  const paused = useData((data) => [...data.transfers.values()].some((transfer) => transfer.state === 'paused'))
  const meaning = useData((data) => pauseMeaning(data.transfers.values()))
  const kind = small ? 'quiet' : 'plain'
  if (pausable) {
    // The name holds what is lost by it, for who hears it as for who points at it.
    return (
      <Tooltip.Root>
        <Tooltip.Trigger
          render={
            <Button
              kind={kind}
              small={small}
              {...(!small && { icon: Pause })}
              aria-label={`Pause all: ${meaning}`}
              onClick={() => void ask('transfers.pauseAll', {})}
            >
              Pause all
            </Button>
          }
        />
        <Tooltip.Portal>
          <Tooltip.Positioner sideOffset={6} className="positioner">
            <Tooltip.Popup className="tip">{meaning}</Tooltip.Popup>
          </Tooltip.Positioner>
        </Tooltip.Portal>
      </Tooltip.Root>
    )
  }
  if (!paused) return null
  return (
    <Button kind={kind} small={small} {...(!small && { icon: Play })} onClick={() => void ask('transfers.resumeAll', {})}>
      Resume all
    </Button>
  )
}
