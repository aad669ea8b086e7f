import { ArrowUp, File, HardDrive, X } from 'lucide-react'
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react'
import { toErrorShape } from '../../../shared/errors.ts'
import type { FolderListing } from '../../../shared/protocol.ts'
import { formatBytes, formatRoughBytes } from '../../../shared/units.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Sheet } from '../../components/dialog.tsx'
import { Icon } from '../../components/icon.tsx'
import { MiddleText } from '../../components/middle-text.tsx'
import { Folder } from '../../components/own-icons.ts'
import { Box } from '../../components/part.tsx'
import { commandKey } from '../../lib/keys.ts'
import { plural } from '../../lib/plural.ts'
import { shortTime } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { bridge, sentence } from '../../stores/core.ts'

type Entry = FolderListing['entries'][number]

type HostChooserProps = { start: string | null; onClose(): void } & (
  | { kind: 'files'; onFiles(folder: string, names: readonly string[]): void | Promise<void> }
  | { kind: 'folder'; onFolder(listing: FolderListing): void }
)

/** The folders of the machine that the host runs on: pick files, or a folder. */
export function HostChooser(props: HostChooserProps) {
  const { start, onClose, kind } = props
  const [listing, setListing] = useState<FolderListing | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [path, setPath] = useState(start ?? '')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [current, setCurrent] = useState(0)
  const [loading, setLoading] = useState(false)
  const list = useRef<HTMLDivElement>(null)
  /** Counts what was asked for: an answer that is overtaken by a later question is not shown. */
  const asked = useRef(0)
  /** What is in the list now: the same folder read again keeps what was ticked and where the cursor was. */
  const shown = useRef<FolderListing | null>(null)
  /** Somebody has typed since then: the answer shows the folder, and leaves the field alone. */
  const edited = useRef(false)

  /** @returns the folder's listing, or null where it cannot be shown, or where another was asked for meanwhile */
  const go = useCallback(async (folder: string | null): Promise<FolderListing | null> => {
    const ask = ++asked.current
    edited.current = false
    setLoading(true)
    try {
      const next = await bridge.call('files.browse', { folder })
      if (ask !== asked.current) return null
      const before = shown.current
      shown.current = next
      setListing(next)
      if (!edited.current) setPath(next.folder)
      setProblem(null)
      if (before?.folder === next.folder) {
        const files = new Set(next.entries.filter((entry) => entry.kind === 'file').map((entry) => entry.name))
        setChosen((chosen) => new Set([...chosen].filter((name) => files.has(name))))
        setCurrent((index) => Math.max(0, indexOfName(next, before.entries[index]?.name)))
      } else {
        setChosen(new Set())
        setCurrent(0)
        list.current?.scrollTo({ top: 0 })
      }
      return next
    } catch (thrown) {
      if (ask === asked.current) setProblem(sentence(toErrorShape(thrown)))
      return null
    } finally {
      if (ask === asked.current) setLoading(false)
    }
  }, [])
  useEffect(() => {
    void go(start === '' ? null : start)
  }, [go, start])

  const entries = listing?.entries ?? []
  const enter = (entry: Entry): void => {
    if (listing === null) return
    if (entry.kind === 'folder') void go(joinPath(listing.folder, entry.name))
    else if (props.kind === 'files') void props.onFiles(listing.folder, [entry.name])
  }
  const choose = (index: number, keys: { add: boolean; range: boolean }): void => {
    const entry = entries[index]
    if (entry === undefined) return
    setCurrent(index)
    if (kind === 'folder') return
    setChosen((before) => {
      if (keys.range) {
        const span = entries.slice(Math.min(current, index), Math.max(current, index) + 1)
        return new Set(span.filter((each) => each.kind === 'file').map((each) => each.name))
      }
      if (entry.kind === 'folder') return new Set()
      const next = new Set(keys.add ? before : [])
      if (!keys.add || !next.delete(entry.name)) next.add(entry.name)
      return next
    })
  }
  const onKey = (event: KeyboardEvent): void => {
    const entry = entries[current]
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -entries.length, End: entries.length }[event.key]
    if (by !== undefined) {
      event.preventDefault()
      const next = Math.min(entries.length - 1, Math.max(0, current + by))
      choose(next, { add: false, range: event.shiftKey })
      list.current?.children[next]?.scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'Enter' && entry !== undefined) {
      event.preventDefault()
      if (entry.kind === 'file' && chosen.size > 1) void confirm()
      else enter(entry)
    } else if (event.key === ' ') {
      event.preventDefault()
      choose(current, { add: true, range: false })
    } else if (event.key === 'Backspace' && listing !== null && listing.parent !== null) {
      void go(listing.parent)
    }
  }
  /** A path that was typed and not opened yet is what the person means, not the folder still shown. */
  const typed = listing !== null && path !== listing.folder
  const confirm = async (): Promise<void> => {
    if (props.kind === 'folder') {
      const folder = typed ? await go(path) : listing
      if (folder !== null) props.onFolder(folder)
    } else if (typed) void go(path)
    else if (listing !== null && chosen.size > 0) void props.onFiles(listing.folder, [...chosen])
  }
  const bytes = entries.reduce((sum, entry) => sum + (chosen.has(entry.name) ? (entry.size ?? 0) : 0), 0)

  return (
    <Sheet
      title={kind === 'files' ? 'Choose files' : 'Choose a folder'}
      className="chooser"
      over
      onClose={onClose}
      initialFocus={list}
      head={
        <>
          <span className="t2 small cut">on the machine where Glancer runs</span>
          <span className="grow" />
          <IconButton icon={X} label="Close" onClick={onClose} />
        </>
      }
    >
      <div className="chooser-path">
        <IconButton
          kind="plain"
          icon={ArrowUp}
          label="The folder above"
          disabled={listing === null || listing.parent === null}
          onClick={() => void go(listing?.parent ?? null)}
        />
        <input
          className={problem === null ? 'field' : 'field bad'}
          aria-label="Folder"
          aria-invalid={problem !== null}
          value={path}
          spellCheck={false}
          onChange={(event) => {
            edited.current = true
            setPath(event.target.value)
          }}
          onKeyDown={(event) => event.key === 'Enter' && void go(path)}
        />
      </div>
      <div className="chooser-body">
        <div className="places">
          {listing?.places.map((place) => (
            <button
              key={place.folder}
              type="button"
              className={place.folder === listing.folder ? 'nav on' : 'nav'}
              title={place.folder}
              onClick={() => void go(place.folder)}
            >
              <Icon of={place.folder === '/' ? HardDrive : Folder} size={14} />
              <span className="cut">{place.label}</span>
            </button>
          ))}
        </div>
        <Box
          ref={list}
          className="entries"
          role="listbox"
          aria-label={kind === 'files' ? 'Files' : 'Folders'}
          aria-multiselectable={kind === 'files'}
          aria-busy={loading}
          aria-activedescendant={entries.length > 0 ? `entry-${current}` : undefined}
          tabIndex={0}
          onKeyDown={onKey}
        >
          {entries.map((entry, index) => (
            <EntryRow
              key={entry.name}
              entry={entry}
              index={index}
              current={index === current}
              chosen={chosen.has(entry.name)}
              off={kind === 'folder' && entry.kind === 'file'}
              onPress={(keys) => choose(index, keys)}
              onEnter={() => enter(entry)}
            />
          ))}
        </Box>
      </div>
      <div className="sheet-foot">
        <div className="grow small" role="status">
          {problem !== null ? (
            <span className="danger">{problem}</span>
          ) : chosen.size > 0 ? (
            `${plural(chosen.size, 'file')}, ${formatBytes(bytes)}`
          ) : (
            <span className="t2">
              {listing?.entries.length === 0 && 'This folder is empty. '}
              {listing?.truncated && 'Not all entries are shown; type the path. '}
              {listing !== null && listing.freeBytes !== null && kind === 'folder' && `${formatRoughBytes(listing.freeBytes)} free`}
            </span>
          )}
        </div>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="primary"
          disabled={listing === null || loading || (kind === 'files' && chosen.size === 0)}
          onClick={() => void confirm()}
        >
          {kind === 'folder' ? 'Choose this folder' : chosen.size === 0 ? 'Choose' : `Choose ${plural(chosen.size, 'file')}`}
        </Button>
      </div>
    </Sheet>
  )
}

interface EntryRowProps {
  entry: Entry
  index: number
  current: boolean
  chosen: boolean
  off: boolean
  onPress(keys: { add: boolean; range: boolean }): void
  onEnter(): void
}

function EntryRow({ entry, index, current, chosen, off, onPress, onEnter }: EntryRowProps) {
  const now = useNow(30_000)
  return (
    <Box
      id={`entry-${index}`}
      role="option"
      aria-label={entry.name}
      aria-selected={chosen}
      aria-disabled={off}
      className={current ? 'entry cur' : 'entry'}
      onClick={(event) => !off && onPress({ add: commandKey(event), range: event.shiftKey })}
      onDoubleClick={() => !off && onEnter()}
    >
      <Icon of={entry.kind === 'folder' ? Folder : File} size={14} />
      <MiddleText text={entry.name} />
      <span className="num t2">{entry.kind === 'file' && entry.size !== null && formatBytes(entry.size)}</span>
      <span className="num t2">{entry.modifiedAt !== null && shortTime(entry.modifiedAt, now)}</span>
    </Box>
  )
}

function indexOfName(listing: FolderListing, name: string | undefined): number {
  return listing.entries.findIndex((entry) => entry.name === name)
}

/** A name under a folder, in the host's own way of writing paths. */
export function joinPath(folder: string, name: string): string {
  const separator = folder.includes('\\') && !folder.startsWith('/') ? '\\' : '/'
  return folder.endsWith(separator) ? folder + name : folder + separator + name
}
