import { Tabs } from '@base-ui/react/tabs'
import { Ellipsis, Search } from 'lucide-react'
import { useState } from 'react'
import type { Image } from '../../../shared/domain.ts'
import { formatBytes } from '../../../shared/units.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { copyText } from '../../components/copy-button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Menu, MenuItem, MenuSeparator } from '../../components/menu.tsx'
import { Download } from '../../components/own-icons.ts'
import { Shape } from '../../components/shape.tsx'
import { toast } from '../../components/toasts.tsx'
import { COMMAND } from '../../lib/keys.ts'
import { useImage } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { deleteTargets, downloadTargets } from './actions.ts'
import { ClosePeek } from './close-peek.tsx'
import { imageLabel } from './image-row.tsx'
import { InspectorMany } from './inspector-many.tsx'
import { InspectorOverview } from './inspector-overview.tsx'
import { targets } from './selection.ts'
import { statusLook } from './status-words.ts'

export function Inspector() {
  const selection = useUi((ui) => ui.selection)
  const cloudId = useUi((ui) => ui.cloudId)
  const meant = targets(selection)
  const image = useImage(cloudId, meant.length === 1 ? (meant[0] ?? null) : null)
  if (meant.length > 1) return <InspectorMany ids={meant} />
  return image === undefined ? null : <InspectorOne image={image} />
}

function InspectorOne({ image }: { image: Image }) {
  const [tab, setTab] = useState('overview')
  const look = statusLook(image)
  const properties = Object.entries(image.properties).sort(([a], [b]) => a.localeCompare(b))
  const facts = [image.size === null ? null : formatBytes(image.size), image.diskFormat, image.visibility].filter((fact) => fact !== null)
  return (
    <aside className="insp" aria-label="Image">
      <div className="insp-head">
        <h2>{imageLabel(image)}</h2>
        <div className="insp-sub">
          <span className="status">
            <Shape name={look.shape} tone={look.tone} />
            {look.word}
          </span>
          {facts.map((fact) => (
            <span key={fact} className="contents">
              <span className="t3">·</span>
              {fact}
            </span>
          ))}
        </div>
      </div>
      <div className="insp-act">
        <Button icon={Download} title={`Download (${COMMAND} S)`} onClick={downloadTargets}>
          Download…
        </Button>
        <span className="grow" />
        <Menu align="end" trigger={<IconButton icon={Ellipsis} label="More actions" />}>
          <MenuItem keys={[COMMAND, 'S']} onClick={downloadTargets}>
            Download…
          </MenuItem>
          <MenuItem
            keys={[COMMAND, 'C']}
            onClick={() => void copyText(image.id).then((done) => done && toast('Image ID copied', { shape: 'tick', tone: 'ok' }))}
          >
            Copy ID
          </MenuItem>
          <MenuSeparator />
          <MenuItem danger keys={['Del']} onClick={deleteTargets}>
            Delete…
          </MenuItem>
        </Menu>
        <ClosePeek />
      </div>
      <Tabs.Root value={tab} onValueChange={setTab} className="contents">
        <Tabs.List className="tabs" activateOnFocus>
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="properties">
            Properties <span className="n">{properties.length}</span>
          </Tabs.Tab>
          <Tabs.Tab value="tags">
            Tags <span className="n">{image.tags.length}</span>
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" className="insp-body">
          <InspectorOverview image={image} />
        </Tabs.Panel>
        <Tabs.Panel value="properties" className="insp-body">
          <Properties entries={properties} />
        </Tabs.Panel>
        <Tabs.Panel value="tags" className="insp-body">
          {image.tags.length === 0 ? (
            <p className="t2">This image has no tags.</p>
          ) : (
            <ul className="taglist">
              {image.tags.map((tag) => (
                <li key={tag} className="tag">
                  <span className="cut">{tag}</span>
                </li>
              ))}
            </ul>
          )}
        </Tabs.Panel>
      </Tabs.Root>
    </aside>
  )
}

function Properties({ entries }: { entries: readonly (readonly [string, string])[] }) {
  const [filter, setFilter] = useState('')
  const wanted = filter.trim().toLowerCase()
  const shown = entries.filter(([key, value]) => `${key}\n${value}`.toLowerCase().includes(wanted))
  if (entries.length === 0) return <p className="t2">This image has no properties of its own.</p>
  return (
    <>
      {entries.length > 6 && (
        <label className="field quietf">
          <Icon of={Search} size={14} />
          <input
            value={filter}
            aria-label="Filter properties"
            placeholder={`Filter ${entries.length} properties`}
            onChange={(event) => setFilter(event.target.value)}
          />
        </label>
      )}
      <dl>
        {shown.map(([key, value]) => (
          <div key={key} className="pr">
            <dt className="mono t2">{key}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
      {shown.length === 0 && <p className="t2">Nothing matches "{filter}".</p>}
    </>
  )
}
