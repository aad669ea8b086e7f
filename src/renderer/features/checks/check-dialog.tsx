import { useRef, useState } from 'react'
import type { Check } from '../../../shared/check-protocol.ts'
import { formatBytesOf, formatExactBytes, formatPercent, groupDigest } from '../../../shared/units.ts'
import { Button } from '../../components/button.tsx'
import { copyText } from '../../components/copy-button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorFacts } from '../../components/error-facts.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { Shape } from '../../components/shape.tsx'
import { toast } from '../../components/toasts.tsx'
import { exactTime } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { ask, bridge } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { closeDialog, type OpenDialog, openDialog } from '../../stores/ui.ts'
import { HostChooser } from '../host-files/host-chooser.tsx'
import { MarkedDigest } from '../transfers/marked-digest.tsx'
import { checkDropped, checkFile, pickWithDialog } from './actions.ts'
import { checkText } from './check-text.ts'
import { checkLook, isOpen } from './words.ts'

type About = OpenDialog & { kind: 'check' }

/** A local file against an image: choose it, see it read, see both sides. Closing it while the file is read lets it go on. */
export function CheckDialog({ about }: { about: About }) {
  const check = useData((data) => (about.checkId === null ? undefined : data.checks.get(about.checkId)))
  const first = useRef<HTMLButtonElement>(null)
  const title = `Compare a file with ${about.imageName}`
  if (about.checkId === null) return <ChooseDialog title={title} />
  if (check === undefined) return null
  return (
    <Dialog wide title={title} onClose={closeDialog} initialFocus={first}>
      <p className="status">
        <Shape name={checkLook(check).shape} tone={checkLook(check).tone} />
        <span className={checkLook(check).tone === 'danger' ? 'medium danger' : 'medium'}>{checkLook(check).word}</span>
        <span className="t2">{checkLook(check).says}</span>
      </p>
      <Facts check={check} />
      {isOpen(check) ? <Progress check={check} /> : <Outcome check={check} />}
      <div className="btns">
        {isOpen(check) ? (
          <>
            <span className="left">
              <Button className="ml-2.5" onClick={() => void ask('checks.stop', { id: check.id })}>
                Stop
              </Button>
            </span>
            <Button ref={first} kind="primary" onClick={closeDialog}>
              Go on in the background
            </Button>
          </>
        ) : (
          <>
            <span className="left">
              <Button kind="quiet" onClick={() => openDialog({ ...about, checkId: null })}>
                Compare another file…
              </Button>
            </span>
            {check.state === 'done' && (
              <Button
                onClick={() =>
                  void copyText(checkText(check)).then((done) => done && toast('Result copied', { shape: 'tick', tone: 'ok' }))
                }
              >
                Copy the result
              </Button>
            )}
            <Button ref={first} kind="primary" onClick={closeDialog}>
              Close
            </Button>
          </>
        )}
      </div>
    </Dialog>
  )
}

function ChooseDialog({ title }: { title: string }) {
  const field = useRef<HTMLInputElement>(null)
  const first = useRef<HTMLButtonElement>(null)
  const [browsing, setBrowsing] = useState(false)
  if (browsing) {
    return (
      <HostChooser
        kind="files"
        start={null}
        onClose={() => setBrowsing(false)}
        onFiles={async (folder, names) => {
          const picked = await ask('files.pick', { folder, names: names.slice(0, 1) })
          const [fileId] = picked?.fileIds ?? []
          if (fileId !== undefined) await checkFile(fileId)
        }}
      />
    )
  }
  return (
    <Dialog wide title={title} onClose={closeDialog} initialFocus={first}>
      <p>
        The file is read here and its digests are compared with those that the cloud published. Nothing is sent to the cloud or changed.
      </p>
      <div className="check-drop">Drop the file anywhere, or choose it</div>
      <input
        ref={field}
        type="file"
        hidden
        aria-label="File to compare"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])]
          event.target.value = ''
          if (files.length > 0) void checkDropped(files)
        }}
      />
      <div className="btns">
        {bridge.host === 'web' && (
          <span className="left">
            <Button kind="quiet" onClick={() => setBrowsing(true)}>
              On the machine where Glancer runs…
            </Button>
          </span>
        )}
        <Button onClick={closeDialog}>Cancel</Button>
        <Button ref={first} kind="primary" onClick={() => (bridge.host === 'web' ? field.current?.click() : void pickWithDialog())}>
          Choose a file…
        </Button>
      </div>
    </Dialog>
  )
}

function Facts({ check }: { check: Check }) {
  const now = useNow(30_000)
  return (
    <dl className="dl">
      <dt>File</dt>
      <dd className="cut">{check.fileName}</dd>
      <dt>Image</dt>
      <dd className="cut">
        {check.imageName} in {check.cloudName}
      </dd>
      {check.sizes !== null && (
        <>
          <dt>Size</dt>
          <dd>
            {formatExactBytes(check.sizes.local)} here,{' '}
            {check.sizes.remote === null ? 'not published by the cloud' : `${formatExactBytes(check.sizes.remote)} in the cloud`}
          </dd>
        </>
      )}
      {check.endedAt !== null && (
        <>
          <dt>Compared</dt>
          <dd>{exactTime(check.endedAt, now)}</dd>
        </>
      )}
    </dl>
  )
}

function Progress({ check }: { check: Check }) {
  const { bytesDone, bytesTotal, state } = check
  if (bytesTotal === null) return null
  return (
    <div className="check-progress">
      <ProgressBar done={bytesDone} total={bytesTotal} idle={state === 'waiting'} label={`Reading ${check.fileName}`} />
      <span className="num">{formatPercent(bytesDone, bytesTotal)}</span>
      <span className="num t2">{formatBytesOf(bytesDone, bytesTotal)}</span>
    </div>
  )
}

function Outcome({ check }: { check: Check }) {
  if (check.error !== null) return <ErrorFacts error={check.error} leftBehind={null} />
  const pairs = check.digests.filter((pair) => pair.local !== null || pair.remote !== null)
  if (pairs.length === 0) return null
  return (
    <div className="cmp">
      {pairs.map(({ algorithm, local, remote }) => (
        <div key={algorithm} className="contents">
          <span className="t2">{algorithm}</span>
          <span>Cloud</span>
          <span className="v">{remote === null ? <span className="t3">not published</span> : groupDigest(remote)}</span>
          <span />
          <span>Here</span>
          <span className="v">
            {local === null ? <span className="t3">not computed</span> : <MarkedDigest here={local} there={remote} />}
          </span>
        </div>
      ))}
    </div>
  )
}
