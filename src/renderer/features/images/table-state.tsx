import { CircleAlert, CloudOff, LogIn, Search } from 'lucide-react'
import { useState } from 'react'
import type { Cloud } from '../../../shared/domain.ts'
import type { ErrorShape } from '../../../shared/errors.ts'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Lock, Upload } from '../../components/own-icons.ts'
import { Shape } from '../../components/shape.tsx'
import { plural } from '../../lib/plural.ts'
import { useNarrow } from '../../lib/use-narrow.ts'
import { useNow } from '../../lib/use-now.ts'
import { ask } from '../../stores/core.ts'
import { useCloud, useData, useImages } from '../../stores/data.ts'
import { useLook } from '../../stores/table-look.ts'
import { openDialog, useUi } from '../../stores/ui.ts'
import { openEditCloud } from '../cloud-form/form-actions.ts'
import { SecretPrompt } from '../cloud-form/secret-prompt.tsx'
import { choosePlace, hasPlaces, wantsOtherPlace } from '../clouds/open-place.ts'
import { signIn } from '../clouds/sign-in.ts'
import { chooseFiles } from '../upload/actions.ts'
import { gridOf, gridStyle, isNumber, shownColumns } from './columns.ts'
import { useCommunity } from './community.ts'
import { anyFilter, filterWords, noFilters } from './filter.ts'

/** In the place of the table while it has no rows: why, and what to do. */
export function TableState({ total }: { total: number }) {
  const cloudId = useUi((ui) => ui.cloudId)
  const cloud = useCloud(cloudId)
  const state = useData((data) => (cloudId === null ? undefined : data.images[cloudId]?.state))
  const community = useCommunity(cloudId)
  const wantsCommunity = useUi((ui) => ui.scope === 'community' || ui.filters.visibility.includes('community'))
  if (cloud === undefined) return <div />
  if (cloud.state.kind === 'idle') return <NotSignedIn cloud={cloud} />
  if (wantsCommunity && community === 'asking') return <Loading cloud={cloud} />
  if (total > 0) return <NoMatch total={total} />
  if (cloud.state.kind === 'failed') return <Trouble cloud={cloud} error={cloud.state.error} />
  if (cloud.state.kind === 'offline') return <Trouble cloud={cloud} error={cloud.state.error} />
  if (state?.error)
    return state.error.code === 'forbidden' ? (
      <Forbidden cloud={cloud} error={state.error} />
    ) : (
      <ListError cloud={cloud} error={state.error} />
    )
  if (cloud.state.kind === 'signing-in' || state === undefined || state.loadedAt === null || state.remembered)
    return <Loading cloud={cloud} />
  return <Empty cloud={cloud} />
}

function NotSignedIn({ cloud }: { cloud: Cloud }) {
  const word = cloud.secretNeeded
  if (word !== null)
    return (
      <EmptyState icon={LogIn} title={`Not signed in: ${word} needed`} actions={<SecretPrompt key={cloud.id} cloud={cloud} word={word} />}>
        {[cloud.name, cloud.authUrl, cloud.source].filter((part) => part !== null).join(' · ')}
      </EmptyState>
    )
  return (
    <EmptyState
      icon={LogIn}
      title={`Not signed in to ${cloud.name}`}
      actions={
        <Button kind="primary" onClick={() => void signIn(cloud.id)}>
          Sign in
        </Button>
      }
    >
      {[cloud.authUrl, cloud.authKind, cloud.source].filter((part) => part !== null).join(' · ')}
    </EmptyState>
  )
}

function Trouble({ cloud, error }: { cloud: Cloud; error: ErrorShape }) {
  return (
    <EmptyState
      icon={CloudOff}
      title={cloud.state.kind === 'offline' ? `${cloud.name} does not answer` : `Not signed in to ${cloud.name}`}
      requestId={error.requestId}
      actions={
        <>
          {cloud.secretNeeded !== null && <SecretPrompt key={cloud.id} cloud={cloud} word={cloud.secretNeeded} />}
          <Button kind={cloud.secretNeeded === null ? 'primary' : 'plain'} onClick={() => void signIn(cloud.id)}>
            Sign in again
          </Button>
          {wantsOtherPlace(error) && hasPlaces(cloud) && <Button onClick={() => choosePlace(cloud.id)}>Project and region…</Button>}
          <Button onClick={() => openDialog({ kind: 'cloud-trouble', cloudId: cloud.id })}>What to do…</Button>
          {cloud.origin === 'added' && <Button onClick={() => void openEditCloud(cloud.id)}>Edit…</Button>}
        </>
      }
    >
      {error.message}
    </EmptyState>
  )
}

function Forbidden({ cloud, error }: { cloud: Cloud; error: ErrorShape }) {
  return (
    <EmptyState
      icon={Lock}
      title={`${cloud.project ?? 'This project'} may not list images here`}
      requestId={error.requestId}
      actions={
        <>
          {hasPlaces(cloud) && <Button onClick={() => choosePlace(cloud.id)}>Project and region…</Button>}
          <Button onClick={() => void signIn(cloud.id)}>Sign in again</Button>
        </>
      }
    >
      {error.message} {error.remedy}
    </EmptyState>
  )
}

function ListError({ cloud, error }: { cloud: Cloud; error: ErrorShape }) {
  return (
    <EmptyState
      icon={CircleAlert}
      title={`${cloud.name} did not give its images`}
      requestId={error.requestId}
      actions={<Button onClick={() => void ask('images.refresh', { cloudId: cloud.id })}>Try again</Button>}
    >
      {error.message} {error.detail !== undefined && `It said: ${error.detail} `}
      {error.remedy}
    </EmptyState>
  )
}

function NoMatch({ total }: { total: number }) {
  const search = useUi((ui) => ui.search)
  const filters = useUi((ui) => ui.filters)
  const filtered = anyFilter(filters)
  const cloud = useCloud(useUi((ui) => ui.cloudId))
  return (
    <EmptyState
      icon={Search}
      title={search === '' ? 'Nothing matches the filter' : `Nothing matches "${search}"`}
      actions={
        <>
          {filtered && <Button onClick={() => useUi.setState({ filters: noFilters })}>Remove the filter</Button>}
          {search !== '' && <Button onClick={() => useUi.setState({ search: '' })}>Clear search</Button>}
        </>
      }
    >
      {plural(total, 'image')} searched by name, id and tag{filtered && `, with the filter ${filterWords(filters, cloud)}`}.
    </EmptyState>
  )
}

function Empty({ cloud }: { cloud: Cloud }) {
  const scope = useUi((ui) => ui.scope)
  const known = useImages(cloud.id).size
  if (scope !== 'all' && known > 0) {
    const words = {
      owned: `No image is owned by ${cloud.project ?? 'this project'}`,
      shared: 'No image is shared with this project',
      community: 'No community images',
      public: 'No public images',
    }
    return (
      <EmptyState
        icon={Search}
        title={words[scope]}
        actions={<Button onClick={() => useUi.setState({ scope: 'all' })}>Look at all images ({known.toLocaleString('en-US')})</Button>}
      >
        {cloud.name} has {plural(known, 'image')} that you may see.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={Upload}
      title={`No images in ${cloud.project ?? cloud.name}`}
      actions={
        <Button kind="primary" onClick={() => void chooseFiles()}>
          Choose files…
        </Button>
      }
    >
      Drop an image file anywhere in this window, or choose one.
    </EmptyState>
  )
}

const widths = [180, 142, 196, 160, 172, 150, 188, 134]

function Loading({ cloud }: { cloud: Cloud }) {
  const now = useNow(1000)
  const since = useSince(cloud.id)
  const columns = shownColumns(useLook(), useNarrow())
  const { template, least } = gridOf(useLook(), columns)
  return (
    <div className="image-table" aria-busy="true" style={gridStyle(template, least)}>
      <div className="tr th">
        <span className="td-pick" />
        <span className="name">Name</span>
        {columns.map(({ column }) => (
          <span key={column.id} className={isNumber(column) ? 'num cut' : 'cut'}>
            {column.label}
          </span>
        ))}
      </div>
      {widths.map((width) => (
        <div key={width} className="tr">
          <span className="td-pick" />
          <span className="name">
            <i className="sk" style={{ width }} />
          </span>
          {columns.map(({ column, width: room }) => (
            <span key={column.id} className={isNumber(column) ? 'num' : column.kind === 'status' ? 'status' : undefined}>
              {column.kind === 'status' && <i className="sk" style={{ width: 14 }} />}
              <i className="sk" style={{ width: Math.min(room - 20, 36 + (width % 17)) }} />
            </span>
          ))}
        </div>
      ))}
      <div className="foot small t2" role="status">
        <Shape name="spinner" />
        {cloud.state.kind === 'signing-in' ? `Signing in to ${cloud.name}` : `Asking ${cloud.name} for its images`}
        {now - since >= 1000 && `, ${Math.floor((now - since) / 1000)} s`}.
      </div>
    </div>
  )
}

/** When the wait for this cloud began. */
function useSince(cloudId: string): number {
  const [since, setSince] = useState({ cloudId, at: Date.now() })
  if (since.cloudId !== cloudId) setSince({ cloudId, at: Date.now() })
  return since.at
}
