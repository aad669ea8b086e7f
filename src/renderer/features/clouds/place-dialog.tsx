import { Command as Cmdk } from 'cmdk'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import type { Cloud } from '../../../shared/domain.ts'
import type { Places, Project } from '../../../shared/place-protocol.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Select } from '../../components/select.tsx'
import { Shape } from '../../components/shape.tsx'
import { COMMAND, commandKey } from '../../lib/keys.ts'
import { useAsked } from '../../lib/use-asked.ts'
import { useCloud } from '../../stores/data.ts'
import { closeDialog } from '../../stores/ui.ts'
import { openPlace } from './open-place.ts'
import { findProjects, MOST_SHOWN } from './project-search.ts'

/** Another project or region of one cloud: in its place, or beside it. */
export function PlaceDialog({ cloudId }: { cloudId: string }) {
  const cloud = useCloud(cloudId)
  const asked = useAsked('clouds.places', { cloudId })
  if (cloud === undefined) return null
  return <PlaceForm cloud={cloud} places={asked.value} asking={asked.asking} again={asked.again} />
}

function PlaceForm({ cloud, places, asking, again }: { cloud: Cloud; places: Places | null; asking: boolean; again(): void }) {
  const [search, setSearch] = useState('')
  const [projectId, setProjectId] = useState(cloud.projectId ?? '')
  const [region, setRegion] = useState(cloud.region)
  const field = useRef<HTMLInputElement>(null)
  const note = useId()
  const { found, more } = findProjects(places?.projects ?? [], search)
  const chosen = found.find(({ id }) => id === projectId)
  const project = chosen === undefined || chosen.id === cloud.projectId ? null : chosen
  const changed = project !== null || region !== cloud.region
  const open = (beside: boolean): void => {
    if (!changed) return
    closeDialog()
    void openPlace(cloud.id, { project, region: region === cloud.region ? null : region, beside })
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    open(commandKey(event.nativeEvent))
  }
  return (
    <Dialog title={`Project and region of ${cloud.name}`} onClose={closeDialog} initialFocus={field}>
      {places !== null && places.regions.length > 1 && (
        <div className="place-row">
          <span className="label">Region</span>
          <Select
            label="Region"
            value={region ?? ''}
            choices={places.regions.map((each) => ({ value: each, label: each, ...(each === cloud.region && { aside: 'now' }) }))}
            onChange={setRegion}
          />
        </div>
      )}
      {places?.fixed != null ? (
        <p className="t2">{places.fixed}</p>
      ) : (
        <Cmdk
          className="place-list"
          label="Projects"
          shouldFilter={false}
          disablePointerSelection
          value={projectId}
          onValueChange={setProjectId}
          onKeyDown={onKey}
        >
          <div className="field">
            <Cmdk.Input
              ref={field}
              value={search}
              onValueChange={setSearch}
              placeholder={asking ? 'Asking Keystone for the projects…' : 'Find a project by name or id'}
              aria-describedby={note}
            />
          </div>
          <Cmdk.List label="Projects">
            {found.map((each) => (
              <ProjectItem key={each.id} project={each} now={each.id === cloud.projectId} choose={() => setProjectId(each.id)} />
            ))}
          </Cmdk.List>
          <div id={note} className="small t2 place-note" role="status">
            <Note asking={asking} places={places} found={found.length} more={more} search={search} again={again} />
          </div>
        </Cmdk>
      )}
      <div className="btns">
        <Button onClick={closeDialog}>Cancel</Button>
        <Button disabled={!changed} title={`Show beside what is shown now (${COMMAND} Enter)`} onClick={() => open(true)}>
          Show beside
        </Button>
        <Button kind="primary" disabled={!changed} onClick={() => open(false)}>
          Switch
        </Button>
      </div>
    </Dialog>
  )
}

function ProjectItem({ project, now, choose }: { project: Project; now: boolean; choose(): void }) {
  return (
    <Cmdk.Item value={project.id} onSelect={choose}>
      <span className="tick">{now && <Shape name="tick" />}</span>
      <span className="cut">{project.name}</span>
      {now && <span className="t2">now</span>}
      <span className="mono small t2 place-id">{project.name === project.id ? '' : project.id}</span>
    </Cmdk.Item>
  )
}

interface NoteProps {
  asking: boolean
  places: Places | null
  found: number
  more: number
  search: string
  again(): void
}

/** One line under the list: what is going on, or what is not shown. */
function Note({ asking, places, found, more, search, again }: NoteProps) {
  if (asking)
    return (
      <span className="status">
        <Shape name="spinner" /> Asking Keystone for the projects…
      </span>
    )
  if (places?.error != null || places === null)
    return (
      <>
        {places?.error?.message ?? 'The cloud could not be asked.'} {places?.error?.remedy} A project can still be given by its id.{' '}
        <button type="button" className="link" onClick={again}>
          Ask again
        </button>
      </>
    )
  if (more > 0) return `${MOST_SHOWN} shown, ${more.toLocaleString('en-US')} more: type to find them.`
  if (found === 0) return search === '' ? 'Keystone names no project for this user.' : `No project matches "${search}".`
  return 'Transfers go on in the project in which they were begun.'
}
