import { ChevronDown } from 'lucide-react'
import { formatBytes } from '../../../shared/units.ts'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Download } from '../../components/own-icons.ts'
import { useImages } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { ActionMenu } from '../image-actions/action-menu.tsx'
import { deleteTargets, downloadTargets } from './actions.ts'
import { noSelection } from './selection.ts'

/** In the place of the filters while several rows are ticked. */
export function SelectionBar() {
  const checked = useUi((ui) => ui.selection.checked)
  const images = useImages(useUi((ui) => ui.cloudId))
  const bytes = [...checked].reduce((sum, id) => sum + (images.get(id)?.size ?? 0), 0)
  return (
    <div className="filters selbar">
      <span className="medium" role="status">
        {checked.size.toLocaleString('en-US')} selected
      </span>
      <span className="t2 mr-1">{formatBytes(bytes)}</span>
      <Button small icon={Download} onClick={downloadTargets}>
        Download…
      </Button>
      <Button small onClick={deleteTargets}>
        Delete…
      </Button>
      <ActionMenu
        align="start"
        imageIds={[...checked]}
        trigger={
          <Button small>
            More <Icon of={ChevronDown} size={12} />
          </Button>
        }
      />
      <span className="count" />
      <Button kind="quiet" small onClick={() => useUi.setState({ selection: noSelection })}>
        Clear <kbd>Esc</kbd>
      </Button>
    </div>
  )
}
