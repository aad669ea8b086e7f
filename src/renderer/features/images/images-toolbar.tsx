import { ChevronDown, PanelRight, Search } from 'lucide-react'
import type { Cloud } from '../../../shared/domain.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Menu, MenuItem } from '../../components/menu.tsx'
import { Upload } from '../../components/own-icons.ts'
import { COMMAND } from '../../lib/keys.ts'
import { plural } from '../../lib/plural.ts'
import { endTime, exactTime } from '../../lib/time.ts'
import { useNarrow } from '../../lib/use-narrow.ts'
import { bridge } from '../../stores/core.ts'
import { useCloud, useData, useListKnown } from '../../stores/data.ts'
import { openDialog, useUi } from '../../stores/ui.ts'
import { placeOf } from '../clouds/open-place.ts'
import { sourcesOf } from '../import/import-sheet.tsx'
import { chooseFiles } from '../upload/actions.ts'
import { UsedOfQuota } from '../usage/used-of-quota.tsx'

export const SEARCH_ID = 'search-images'

export function ImagesToolbar({ total }: { total: number }) {
  const cloud = useCloud(useUi((ui) => ui.cloudId))
  const narrow = useNarrow()
  const shown = useUi((ui) => (narrow ? ui.peek : ui.inspector))
  const place = cloud === undefined ? '' : placeOf(cloud)
  return (
    <header className="toolbar">
      <h1>Images</h1>
      <span className="where cut">
        {cloud?.name}
        {place !== '' && ` · ${place}`}
      </span>
      {cloud !== undefined && <AsOf cloud={cloud} />}
      {!narrow && cloud?.state.kind === 'signed-in' && <UsedOfQuota cloudId={cloud.id} />}
      <SearchField total={total} />
      <UploadButton />
      <IconButton
        icon={PanelRight}
        label="Show or hide the inspector"
        aria-pressed={shown}
        onClick={() => useUi.setState(narrow ? { peek: !shown } : { inspector: !shown })}
      />
    </header>
  )
}

/** Of rows of the last run, while the cloud is asked: from when they are. When it does not answer, the banner says so. */
function AsOf({ cloud }: { cloud: Cloud }) {
  const state = useData((data) => data.images[cloud.id]?.state)
  const { kind } = cloud.state
  if (state?.remembered !== true || state.loadedAt === null || state.error !== null) return null
  if (kind !== 'signing-in' && kind !== 'signed-in') return null
  return (
    <span className="where cut" role="status" title={`Rows of the last run, from ${exactTime(state.loadedAt, Date.now())}`}>
      as of {endTime(state.loadedAt, Date.now())}, {kind === 'signing-in' ? 'signing in' : 'reading the list'}…
    </span>
  )
}

function SearchField({ total }: { total: number }) {
  const known = useListKnown(useUi((ui) => ui.cloudId))
  const search = useUi((ui) => ui.search)
  return (
    <label className="field search">
      <Icon of={Search} size={14} />
      <input
        id={SEARCH_ID}
        type="search"
        aria-label="Search images"
        placeholder={known ? `Search ${plural(total, 'image')}` : 'Search images'}
        value={search}
        spellCheck={false}
        onChange={(event) => useUi.setState({ search: event.target.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          if (search === '') event.currentTarget.blur()
          else useUi.setState({ search: '' })
        }}
      />
      {search === '' && <kbd>/</kbd>}
    </label>
  )
}

function UploadButton() {
  const cloud = useCloud(useUi((ui) => ui.cloudId))
  const upload = (
    <Button kind="primary" icon={Upload} title={`Upload (${COMMAND} U)`} onClick={() => void chooseFiles()}>
      Upload…
    </Button>
  )
  const imports = cloud !== undefined && sourcesOf(cloud).length > 0
  if (bridge.host !== 'web' && !imports) return upload
  return (
    <span className="btn-pair">
      {upload}
      <Menu align="end" trigger={<IconButton kind="primary" small={false} icon={ChevronDown} label="More ways to upload" />}>
        <MenuItem onClick={() => void chooseFiles()}>Choose on this computer…</MenuItem>
        {bridge.host === 'web' && (
          <MenuItem onClick={() => openDialog({ kind: 'host-files' })}>Choose on the machine where Glancer runs…</MenuItem>
        )}
        {imports && <MenuItem onClick={() => openDialog({ kind: 'import', cloudId: cloud.id })}>Import from URL…</MenuItem>}
      </Menu>
    </span>
  )
}
