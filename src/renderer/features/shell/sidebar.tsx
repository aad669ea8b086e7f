import { clsx } from 'clsx'
import { ArrowUpDown, ChevronsUpDown, Ellipsis, Plus, Search, Settings2 } from 'lucide-react'
import type { Cloud } from '../../../shared/domain.ts'
import { IconButton } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Menu, MenuItem, MenuSeparator } from '../../components/menu.tsx'
import { Box } from '../../components/part.tsx'
import { Shape } from '../../components/shape.tsx'
import { COMMAND } from '../../lib/keys.ts'
import { ask } from '../../stores/core.ts'
import { useData, useImages } from '../../stores/data.ts'
import { goTo, openDialog, showCloud, useUi } from '../../stores/ui.ts'
import { openAddCloud, openEditCloud } from '../cloud-form/form-actions.ts'
import { CloudFileNotes } from '../clouds/cloud-file-notes.tsx'
import { choosePlace, hasPlaces, placeOf } from '../clouds/open-place.ts'
import { signIn } from '../clouds/sign-in.ts'
import { useCopyDrop } from '../copy/drag.ts'
import { openCreate } from '../image-edit/edit-session.ts'
import { useCommunity } from '../images/community.ts'
import { type Scope, scopeCounts } from '../images/filter.ts'
import { groupOf, isMismatch } from '../transfers/words.ts'

export function Sidebar() {
  const clouds = useData((data) => data.clouds)
  const page = useUi((ui) => ui.page)
  return (
    <nav className="side" aria-label="Clouds">
      <div className="side-head">
        <img className="mark" src="/mark.svg" alt="" width="16" height="16" />
        <span className="strong grow">Glancer</span>
        <IconButton
          small
          icon={Search}
          label="Find a command or image"
          keys={`${COMMAND} K`}
          onClick={() => openDialog({ kind: 'palette' })}
        />
      </div>
      <div className="side-body">
        <TransfersEntry on={page === 'transfers'} />
        <div className="side-clouds">
          <h2 className="grow">Clouds</h2>
          <IconButton small icon={Plus} label="Add a cloud…" onClick={() => void openAddCloud()} />
        </div>
        {clouds.map((cloud) => (
          <CloudEntry key={cloud.id} cloud={cloud} several={clouds.filter(({ entry }) => entry === cloud.entry).length > 1} />
        ))}
        <CloudFileNotes />
      </div>
      <div className="side-foot">
        <button
          type="button"
          className={page === 'settings' ? 'nav top on' : 'nav top'}
          aria-current={page === 'settings' ? 'page' : undefined}
          onClick={() => goTo('settings')}
        >
          <Icon of={Settings2} size={14} />
          Settings
        </button>
      </div>
    </nav>
  )
}

function TransfersEntry({ on }: { on: boolean }) {
  const needy = useData((data) => [...data.transfers.values()].filter((transfer) => groupOf(transfer) === 'needs-you').length)
  const differs = useData((data) => data.transfers.values().some(isMismatch))
  const running = useData((data) => [...data.transfers.values()].filter((transfer) => groupOf(transfer) === 'running').length)
  return (
    <button
      type="button"
      className={on ? 'nav top on' : 'nav top'}
      aria-current={on ? 'page' : undefined}
      onClick={() => goTo('transfers')}
    >
      <Icon of={ArrowUpDown} size={14} />
      Transfers
      <span className="n">
        {needy > 0 && (
          <span className="danger status" title={`${needy} needs you`}>
            <Shape name={differs ? 'unequal' : 'stop'} className="i-12" />
            {needy}
            <span className="vh"> needs you</span>
          </span>
        )}
        {running > 0 && (
          <span className="due">
            {running}
            <span className="wide"> running</span>
          </span>
        )}
      </span>
    </button>
  )
}

/** @param several the same entry is shown with other projects or regions too */
function CloudEntry({ cloud, several }: { cloud: Cloud; several: boolean }) {
  const here = useUi((ui) => ui.cloudId === cloud.id)
  const drop = useCopyDrop(cloud)
  const onImages = useUi((ui) => ui.page === 'images')
  const open =
    here && (cloud.state.kind === 'signed-in' || cloud.state.kind === 'offline') && cloud.projectId !== null && cloud.kind === 'openstack'
  const shown = here && onImages && !open
  const place = placeOf(cloud)
  return (
    <>
      <Box
        role="group"
        aria-label={cloud.name}
        className={clsx('cl', shown && 'on', drop.words !== null ? 'takes' : drop.takes && 'may-take')}
        {...drop.on}
      >
        <span className="st">
          <CloudShape cloud={cloud} />
        </span>
        <button
          type="button"
          className="cl-go cut medium"
          aria-label={several ? `${cloud.name}, ${place}` : undefined}
          aria-current={shown ? 'page' : undefined}
          onClick={() => showCloud(cloud.id)}
        >
          {cloud.name}
        </button>
        {here ? <CloudMenu cloud={cloud} several={several} /> : <span className="small t3">{cloud.imageCount}</span>}
        {drop.words === null ? (
          <CloudLine cloud={cloud} place={place} here={here} several={several} />
        ) : (
          <span className="sub cut">{drop.words}</span>
        )}
      </Box>
      {open && <Scopes cloud={cloud} />}
    </>
  )
}

function CloudShape({ cloud }: { cloud: Cloud }) {
  const connected = useData((data) => data.connection) === 'connected'
  switch (cloud.state.kind) {
    case 'signed-in':
      // With the host away nobody knows; what was known stays, greyed.
      return <Shape name="dot" tone={connected ? 'ok' : 't2'} />
    case 'signing-in':
      return <Shape name="spinner" tone="t2" />
    case 'failed':
      return <Shape name="triangle" tone="danger" />
    case 'offline':
      return <Shape name="triangle" tone="warn" />
    case 'idle':
      return <Shape name="dashed" tone="t2" />
  }
}

interface CloudLineProps {
  cloud: Cloud
  place: string
  here: boolean
  several: boolean
}

function CloudLine({ cloud, place, here, several }: CloudLineProps) {
  const { state } = cloud
  // Which of several it is has to be seen in every state.
  const which = several && place !== '' && <span className="sub cut">{place}</span>
  switch (state.kind) {
    case 'signed-in':
      if (here && hasPlaces(cloud)) return <PlaceButton cloud={cloud} place={place} />
      return place === '' ? null : <span className="sub cut">{place}</span>
    case 'signing-in':
      return (
        <>
          {which}
          <span className="sub">Signing in…</span>
        </>
      )
    case 'idle':
      if (cloud.secretNeeded !== null)
        return (
          <>
            {which}
            <span className="sub">
              Not signed in: {cloud.secretNeeded} needed.{' '}
              <button type="button" className="link above" onClick={() => showCloud(cloud.id)}>
                Type it
              </button>
            </span>
          </>
        )
      return (
        <>
          {which}
          <span className="sub">
            Not signed in.{' '}
            <button type="button" className="link above" onClick={() => void signIn(cloud.id)}>
              Sign in
            </button>
          </span>
        </>
      )
    case 'failed':
    case 'offline':
      return (
        <>
          {which}
          <span className="sub">
            {state.error.message} {state.kind === 'failed' && 'Not signed in. '}
            <button type="button" className="link above" onClick={() => openDialog({ kind: 'cloud-trouble', cloudId: cloud.id })}>
              What to do
            </button>
          </span>
        </>
      )
  }
}

/** Where the images shown are from; pressed, it lets one choose another place. */
function PlaceButton({ cloud, place }: { cloud: Cloud; place: string }) {
  return (
    <button type="button" className="sub place above" title="Choose another project or region (O)" onClick={() => choosePlace(cloud.id)}>
      <span className="cut">{place === '' ? 'No project' : place}</span>
      <span className="vh">: choose another project or region of {cloud.name}</span>
      <Icon of={ChevronsUpDown} size={12} />
    </button>
  )
}

function CloudMenu({ cloud, several }: { cloud: Cloud; several: boolean }) {
  const signedIn = cloud.state.kind === 'signed-in'
  return (
    <span className="above">
      <Menu trigger={<IconButton small icon={Ellipsis} label={`More for ${cloud.name}`} />}>
        <MenuItem disabled={!signedIn} onClick={() => void ask('images.refresh', { cloudId: cloud.id })}>
          Read the images again
        </MenuItem>
        <MenuItem disabled={!signedIn} onClick={() => openCreate(cloud.id)}>
          New record without data…
        </MenuItem>
        {cloud.kind === 'openstack' && (
          <MenuItem disabled={!signedIn} onClick={() => openDialog({ kind: 'offered', cloudId: cloud.id })}>
            Images offered to this project…
          </MenuItem>
        )}
        {hasPlaces(cloud) && (
          <MenuItem keys={['O']} onClick={() => choosePlace(cloud.id)}>
            Project and region…
          </MenuItem>
        )}
        {several && <MenuItem onClick={() => void ask('clouds.hide', { cloudId: cloud.id })}>Take out of the sidebar</MenuItem>}
        <MenuItem onClick={() => openDialog({ kind: 'terminal-help', cloudId: cloud.id })}>Use it from a terminal…</MenuItem>
        {cloud.kind === 'openstack' && (
          <>
            <MenuSeparator />
            {signedIn ? (
              <MenuItem onClick={() => void ask('clouds.signOut', { cloudId: cloud.id })}>Sign out</MenuItem>
            ) : (
              <MenuItem onClick={() => void signIn(cloud.id)}>Sign in</MenuItem>
            )}
            <MenuItem onClick={() => openDialog({ kind: 'test-cloud', cloudId: cloud.id })}>Test the connection…</MenuItem>
            <MenuItem onClick={() => void openEditCloud(cloud.id)}>
              {cloud.origin === 'added' ? 'Edit the cloud…' : 'Duplicate into Glancer…'}
            </MenuItem>
            {cloud.origin === 'added' && (
              <MenuItem danger onClick={() => openDialog({ kind: 'remove-cloud', cloudId: cloud.id })}>
                Remove from Glancer…
              </MenuItem>
            )}
          </>
        )}
      </Menu>
    </span>
  )
}

function Scopes({ cloud }: { cloud: Cloud }) {
  const images = useImages(cloud.id)
  const counts = scopeCounts(images.values(), cloud)
  const scope = useUi((ui) => (ui.page === 'images' ? ui.scope : null))
  // Those of others are asked for when somebody looks: until then there is no true number.
  const community = useCommunity(cloud.id) === 'known' || cloud.kind === 'built-in'
  const project = cloud.project ?? 'this project'
  const entries: [Scope, string][] = [
    ['all', 'All images'],
    ['owned', `Owned by ${project}`],
    ['shared', `Shared with ${project}`],
    ['community', 'Community'],
    ['public', 'Public'],
  ]
  return entries.map(([key, label]) => (
    <button
      key={key}
      type="button"
      className={scope === key ? 'nav on' : 'nav'}
      aria-current={scope === key ? 'page' : undefined}
      onClick={() => showCloud(cloud.id, key)}
    >
      <span className="cut">{label}</span>
      <span className="n">{(key !== 'community' || community) && counts[key].toLocaleString('en-US')}</span>
    </button>
  ))
}
