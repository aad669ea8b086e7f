import { useEffect, useId, useRef, useState } from 'react'
import { toErrorShape } from '../../../shared/errors.ts'
import { formatBytes, formatRoughBytes } from '../../../shared/units.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Folder } from '../../components/own-icons.ts'
import { Select } from '../../components/select.tsx'
import { Shape } from '../../components/shape.tsx'
import { plural } from '../../lib/plural.ts'
import { bridge, sentence } from '../../stores/core.ts'
import { useImages } from '../../stores/data.ts'
import { closeDialog, closeIfStill, useUi } from '../../stores/ui.ts'
import { HostChooser } from '../host-files/host-chooser.tsx'
import { imageLabel } from '../images/image-label.ts'
import { lastFolder, rememberFolder, startDownload } from './actions.ts'

const ifExistsChoices = [
  { value: 'rename', label: 'keep both, number the new one' },
  { value: 'replace', label: 'replace it, once verified' },
]

/** Web host: where on the host's disk the files go. */
export function DownloadDialog({ cloudId, imageIds }: { cloudId: string; imageIds: readonly string[] }) {
  const known = useImages(cloudId)
  const images = imageIds.flatMap((id) => known.get(id) ?? [])
  const bytes = images.reduce((sum, image) => sum + (image.size ?? 0), 0)
  const empty = images.filter((image) => image.size === null)
  const [folder, setFolder] = useState(lastFolder() ?? '')
  const [free, setFree] = useState<number | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [ifExists, setIfExists] = useState<'rename' | 'replace'>('rename')
  const [choosing, setChoosing] = useState(false)
  const [starting, setStarting] = useState(false)
  const go = useRef<HTMLButtonElement>(null)
  // What the person types is not overwritten by an answer that comes late.
  const touched = useRef(false)
  const id = useId()
  const only = images.length === 1 ? images[0] : undefined

  useEffect(() => {
    let left = false
    bridge
      .call('files.browse', { folder: lastFolder() })
      .catch(() => bridge.call('files.browse', { folder: null }))
      .then(
        (listing) => {
          if (left || touched.current) return
          setFolder(listing.folder)
          setFree(listing.freeBytes)
        },
        () => {},
      )
    return () => {
      left = true
    }
  }, [])

  const start = async (): Promise<void> => {
    // Twice Enter is one download.
    if (starting || folder === '' || images.length === 0) return
    setStarting(true)
    const { dialog } = useUi.getState()
    try {
      const { folderId } = await bridge.call('files.pickFolder', { folder })
      rememberFolder(folder)
      if (await startDownload(cloudId, imageIds, folderId, ifExists)) closeIfStill(dialog)
    } catch (thrown) {
      setProblem(sentence(toErrorShape(thrown)))
    } finally {
      setStarting(false)
    }
  }

  return (
    <Dialog
      title={`Download ${only === undefined ? plural(images.length, 'image') : imageLabel(only)}`}
      onClose={closeDialog}
      initialFocus={go}
    >
      <p className="t2">
        {formatBytes(bytes)} to the machine where Glancer runs. A file gets its name only after it was verified.
        {free !== null && ` ${formatRoughBytes(free)} are free there.`}
      </p>
      {empty.length > 0 && (
        <p className="status">
          <Shape name="triangle" tone="warn" />
          <span>
            {empty.length === images.length
              ? images.length === 1
                ? 'This image has no data yet.'
                : 'These images have no data yet.'
              : `${plural(empty.length, 'image')} without data will fail.`}
          </span>
        </p>
      )}
      <div className="mt-3">
        <label className="label" htmlFor={id}>
          Folder
        </label>
        <div className="folderline">
          <input
            id={id}
            className={problem === null ? 'field' : 'field bad'}
            value={folder}
            spellCheck={false}
            aria-invalid={problem !== null}
            onChange={(event) => {
              touched.current = true
              setFolder(event.target.value)
              setProblem(null)
              setFree(null)
            }}
            onKeyDown={(event) => event.key === 'Enter' && void start()}
          />
          <Button icon={Folder} onClick={() => setChoosing(true)}>
            Change…
          </Button>
        </div>
        {problem !== null && (
          <p className="hint danger" role="alert">
            <Shape name="stop" />
            {problem}
          </p>
        )}
      </div>
      <div className="mt-3">
        <span className="label" aria-hidden="true">
          If a file of that name is there
        </span>
        <Select
          label="If a file of that name is there"
          value={ifExists}
          choices={ifExistsChoices}
          onChange={(value) => setIfExists(value === 'replace' ? 'replace' : 'rename')}
        />
      </div>
      <div className="btns">
        <Button onClick={closeDialog}>Cancel</Button>
        <Button ref={go} kind="primary" disabled={folder === '' || starting || images.length === 0} onClick={() => void start()}>
          Download
        </Button>
      </div>
      {choosing && (
        <HostChooser
          kind="folder"
          start={folder}
          onClose={() => setChoosing(false)}
          onFolder={(listing) => {
            touched.current = true
            setFolder(listing.folder)
            setFree(listing.freeBytes)
            setProblem(null)
            setChoosing(false)
          }}
        />
      )}
    </Dialog>
  )
}
