import { Menu as Base } from '@base-ui/react/menu'
import { ChevronDown } from 'lucide-react'
import { Icon } from '../../components/icon.tsx'
import { MenuItem, MenuSeparator } from '../../components/menu.tsx'
import { Shape } from '../../components/shape.tsx'
import { useData } from '../../stores/data.ts'
import { openDialog, useUi } from '../../stores/ui.ts'
import { leaveView, saveShown, showView, useShownView, viewsOf } from './views.ts'

/** The views of this cloud, and what can be done with the one that is shown. */
export function ViewsMenu() {
  const cloudId = useUi((ui) => ui.cloudId)
  const views = viewsOf(
    useData((data) => data.settings.views),
    cloudId,
  )
  const { view, changed } = useShownView()
  const name = view?.name ?? 'All images'
  return (
    <Base.Root>
      <Base.Trigger className="view-trigger" aria-label={`View: ${name}${changed ? ', changed' : ''}`} title={name}>
        <bdi className="cut">{name}</bdi>
        {changed && <span className="t2">changed</span>}
        <Icon of={ChevronDown} size={12} />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="positioner" sideOffset={4} align="start">
          <Base.Popup className="pop" aria-label="Views">
            <Base.RadioGroup value={view?.id ?? ''}>
              <ViewItem id="" name="All images" run={leaveView} />
              {views.map((each) => (
                <ViewItem
                  key={each.id}
                  id={each.id}
                  name={each.name}
                  aside={each.cloudId === null ? 'all clouds' : undefined}
                  run={() => showView(each)}
                />
              ))}
            </Base.RadioGroup>
            <MenuSeparator />
            {view !== undefined && changed && (
              <>
                <MenuItem onClick={() => void saveShown(view)}>
                  <span className="tick" />
                  <span className="cut">Save the changes to “{view.name}”</span>
                </MenuItem>
                <MenuItem onClick={() => showView(view)}>
                  <span className="tick" />
                  Take the changes back
                </MenuItem>
              </>
            )}
            <MenuItem onClick={() => openDialog({ kind: 'save-view' })}>
              <span className="tick" />
              Save as a view…
            </MenuItem>
            {views.length > 0 && (
              <MenuItem onClick={() => openDialog({ kind: 'views' })}>
                <span className="tick" />
                Rename or delete views…
              </MenuItem>
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

function ViewItem({ id, name, aside, run }: { id: string; name: string; aside?: string | undefined; run(): void }) {
  return (
    <Base.RadioItem value={id} className="mi" closeOnClick onClick={run}>
      <span className="tick">
        <Base.RadioItemIndicator>
          <Shape name="tick" />
        </Base.RadioItemIndicator>
      </span>
      <bdi className="cut">{name}</bdi>
      {aside !== undefined && <span className="n">{aside}</span>}
    </Base.RadioItem>
  )
}
