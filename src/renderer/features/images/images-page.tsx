import { useEffect } from 'react'
import { THIS_COMPUTER } from '../../../shared/domain.ts'
import { useNarrow } from '../../lib/use-narrow.ts'
import { useCloud, useData, useImages } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { FirstStart } from '../clouds/first-start.tsx'
import { RowMenu } from '../image-actions/row-menu.tsx'
import { Tray } from '../transfers/tray.tsx'
import { useCommunityWhereWanted } from './community.ts'
import { FilterBar } from './filter-bar.tsx'
import { ImageTable } from './image-table.tsx'
import { ImagesToolbar } from './images-toolbar.tsx'
import { Inspector } from './inspector.tsx'
import { ListBanner, LostRecords } from './list-banner.tsx'
import { prune } from './selection.ts'
import { SelectionBar } from './selection-bar.tsx'
import { TableState } from './table-state.tsx'
import { useServerFind } from './use-server-find.ts'
import { useShownImages } from './use-shown-images.ts'

export function ImagesPage() {
  const cloudId = useUi((ui) => ui.cloudId)
  const cloud = useCloud(cloudId)
  const images = useImages(cloudId)
  const started = useData((data) => data.settings.started || data.transfers.size > 0)
  const loaded = useData((data) => (cloudId === null ? false : data.images[cloudId]?.state.loadedAt !== undefined))
  useEffect(() => {
    if (!loaded) return
    useUi.setState(({ selection }) => ({ selection: prune(selection, (id) => images.has(id)) }))
  }, [images, loaded])
  if (!started && cloudId === THIS_COMPUTER && images.size === 0) {
    return (
      <>
        <header className="toolbar">
          <h1>Images</h1>
          <span className="where cut">{cloud?.name}</span>
        </header>
        <FirstStart />
      </>
    )
  }
  return <ImagesView />
}

function ImagesView() {
  const { shown, total } = useShownImages()
  useServerFind()
  useCommunityWhereWanted()
  const cloud = useCloud(useUi((ui) => ui.cloudId))
  const many = useUi((ui) => ui.selection.checked.size >= 2)
  const current = useUi((ui) => ui.selection.current)
  const inspector = useUi((ui) => ui.inspector)
  const peek = useUi((ui) => ui.peek)
  const narrow = useNarrow()
  const inspected = many || current !== null
  const showInspector = inspected && (narrow ? peek : inspector)
  const remembered = useData((data) => cloud !== undefined && data.images[cloud.id]?.state.remembered === true)
  const offline = cloud?.state.kind === 'offline' || remembered
  return (
    <>
      <ImagesToolbar total={total} />
      <ListBanner />
      <LostRecords />
      {many ? <SelectionBar /> : <FilterBar shown={shown} total={total} />}
      <div className={showInspector ? 'split with-insp fill' : 'split fill'}>
        {shown.length > 0 ? (
          <RowMenu>
            <ImageTable images={shown} offline={offline} />
          </RowMenu>
        ) : (
          <TableState total={total} />
        )}
        {showInspector && <Inspector />}
      </div>
      <Tray />
    </>
  )
}
