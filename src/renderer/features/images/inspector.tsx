import { Tabs } from '@base-ui/react/tabs'
import { Ellipsis, Pencil } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Image } from '../../../shared/domain.ts'
import { formatBytes } from '../../../shared/units.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Download } from '../../components/own-icons.ts'
import { Shape } from '../../components/shape.tsx'
import { COMMAND } from '../../lib/keys.ts'
import { useImage } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { ActionMenu } from '../image-actions/action-menu.tsx'
import { downloadTargets, editTarget } from './actions.ts'
import { ClosePeek } from './close-peek.tsx'
import { imageLabel } from './image-label.ts'
import { InspectorData } from './inspector-data.tsx'
import { InspectorJson } from './inspector-json.tsx'
import { InspectorMany } from './inspector-many.tsx'
import { InspectorOverview } from './inspector-overview.tsx'
import { InspectorProperties } from './inspector-properties.tsx'
import { InspectorSharing } from './inspector-sharing.tsx'
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

interface Tab {
  value: string
  label: string
  count?(image: Image): number
  Body: (props: { image: Image }) => ReactNode
}

const tabs: readonly Tab[] = [
  { value: 'overview', label: 'Overview', Body: InspectorOverview },
  { value: 'properties', label: 'Properties', count: (image) => Object.keys(image.properties).length, Body: InspectorProperties },
  { value: 'sharing', label: 'Sharing', Body: InspectorSharing },
  { value: 'data', label: 'Data', Body: InspectorData },
  { value: 'json', label: 'JSON', Body: InspectorJson },
]

function InspectorOne({ image }: { image: Image }) {
  const [tab, setTab] = useState('overview')
  const look = statusLook(image)
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
        <Button icon={Pencil} title="Edit (E)" onClick={editTarget}>
          Edit…
        </Button>
        <span className="grow" />
        <ActionMenu imageIds={[image.id]} trigger={<IconButton icon={Ellipsis} label="More actions" />} />
        <ClosePeek />
      </div>
      <Tabs.Root value={tab} onValueChange={setTab} className="contents">
        <Tabs.List className="tabs" activateOnFocus>
          {tabs.map(({ value, label, count }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
              {count !== undefined && <span className="n"> {count(image)}</span>}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ value, Body }) => (
          <Tabs.Panel key={value} value={value} className="insp-body">
            <Body image={image} />
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </aside>
  )
}
