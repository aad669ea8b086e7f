import { X } from 'lucide-react'
import { memo, useId } from 'react'
import { type Cloud, type Finding, type Visibility, visibilitySchema } from '../../../shared/domain.ts'
import { formatBytes, formatExactBytes } from '../../../shared/units.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { copyText } from '../../components/copy-button.tsx'
import { MiddleText } from '../../components/middle-text.tsx'
import { Copy } from '../../components/own-icons.ts'
import { Box } from '../../components/part.tsx'
import { Select } from '../../components/select.tsx'
import { Shape, type ShapeName, type Tone } from '../../components/shape.tsx'
import { toast } from '../../components/toasts.tsx'
import { keepAsIs, setFormats, setItem, takeOut } from './actions.ts'
import { containerFormatChoices, diskFormatChoices, storeChoices, visibilityChoices } from './choices.ts'
import { type DraftItem, findingsOf, isRefused, nameProblem } from './draft.ts'

const looks: Record<Finding['severity'], { shape: ShapeName; tone: Tone }> = {
  refuse: { shape: 'stop', tone: 'danger' },
  warn: { shape: 'triangle', tone: 'warn' },
  note: { shape: 'info', tone: 't2' },
}

interface FileRowProps {
  item: DraftItem
  cloud: Cloud | undefined
  /** What holds for a file without a value of its own. */
  visibilityOfAll: Visibility
  storeOfAll: string | null
}

/** One file of the sheet; drawn anew only when it, or what it follows, changes. */
export const FileRow = memo(function FileRow({ item, cloud, visibilityOfAll, storeOfAll }: FileRowProps) {
  const { file } = item
  const findings = findingsOf(item)
  const refused = isRefused(item)
  const worst = findings[0]
  const look = worst === undefined ? { shape: 'tick' as const, tone: 'ok' as const } : looks[worst.severity]
  return (
    <Box className={refused ? 'file refused' : 'file'} role="group" aria-label={file.fileName}>
      <div className="fr">
        <Shape name={look.shape} tone={look.tone} />
        <div className="who">
          <MiddleText text={file.fileName} />
          <div className="small cut" title={`${formatExactBytes(file.size)} · ${file.formatLabel}`}>
            {formatBytes(file.size)} · {file.formatLabel}
            {file.virtualSize !== null && file.virtualSize !== file.size && `, ${formatBytes(file.virtualSize)} virtual`}
          </div>
        </div>
        {refused ? (
          <span className="small t2 wont">Will not be uploaded</span>
        ) : (
          <Fields item={item} cloud={cloud} visibilityOfAll={visibilityOfAll} storeOfAll={storeOfAll} />
        )}
        <IconButton small icon={X} label="Take out of this upload" onClick={() => takeOut(file.fileId)} />
      </div>
      {!refused && nameProblem(item.name) !== null && (
        <p className="hint danger" role="alert">
          <Shape name="stop" />
          {nameProblem(item.name)}
        </p>
      )}
      {findings.map((finding) => (
        <FindingBox key={finding.code} finding={finding} item={item} />
      ))}
    </Box>
  )
})

function Fields({ item, cloud, visibilityOfAll, storeOfAll }: FileRowProps) {
  const { file } = item
  const capabilities = cloud?.capabilities ?? null
  const warned = findingsOf(item).some((finding) => finding.severity === 'warn' && finding.fix?.diskFormat !== undefined)
  const stores = storeChoices(capabilities)
  return (
    <>
      <NameField item={item} />
      <Select
        label="Disk format"
        value={item.diskFormat}
        choices={diskFormatChoices(capabilities, file)}
        onChange={(diskFormat) => setFormats(file.fileId, { diskFormat })}
        className={warned ? 'warned' : undefined}
      />
      <Select
        label="Container format"
        value={item.containerFormat}
        choices={containerFormatChoices(capabilities, file)}
        onChange={(containerFormat) => setFormats(file.fileId, { containerFormat })}
      />
      <Select
        label="Visibility"
        value={item.visibility ?? visibilityOfAll}
        choices={visibilityChoices}
        onChange={(value) => {
          const visibility = visibilitySchema.parse(value)
          setItem(file.fileId, { visibility: visibility === visibilityOfAll ? null : visibility })
        }}
        className={item.visibility === null ? 'inherit' : undefined}
      />
      {(capabilities?.stores.length ?? 0) > 0 && (
        <Select
          label="Target store"
          value={item.store ?? storeOfAll ?? ''}
          choices={stores}
          onChange={(store) => setItem(file.fileId, { store: store === (storeOfAll ?? '') ? null : store })}
          shown={stores.find((choice) => choice.value === (item.store ?? storeOfAll ?? ''))?.label}
          className={item.store === null ? 'inherit' : undefined}
        />
      )}
    </>
  )
}

function NameField({ item }: { item: DraftItem }) {
  const id = useId()
  const bad = nameProblem(item.name) !== null
  return (
    <input
      id={id}
      className={bad ? 'field bad' : 'field'}
      aria-label="Image name"
      aria-invalid={bad}
      value={item.name}
      title={item.name}
      spellCheck={false}
      onChange={(event) => setItem(item.file.fileId, { name: event.target.value })}
    />
  )
}

function FindingBox({ finding, item }: { finding: Finding; item: DraftItem }) {
  const { fix } = finding
  const kind = finding.severity === 'refuse' ? 'danger' : finding.severity
  const fileId = item.file.fileId
  const mends = fix !== undefined && (fix.diskFormat !== undefined || fix.containerFormat !== undefined)
  const command = fix?.command
  return (
    <div className={`finding ${kind}`} role={kind === 'note' ? undefined : 'alert'}>
      <div>
        <p>{finding.title}</p>
        {finding.detail !== '' && <p className="more">{finding.detail}</p>}
        {command !== undefined && <p className="mono">{command}</p>}
      </div>
      <div className="btns">
        {mends && (
          <Button small onClick={() => setFormats(fileId, { diskFormat: fix.diskFormat, containerFormat: fix.containerFormat })}>
            {fix.label}
          </Button>
        )}
        {command !== undefined && (
          <Button
            small
            icon={Copy}
            onClick={() => void copyText(command).then((done) => done && toast('Command copied', { shape: 'tick', tone: 'ok' }))}
          >
            Copy command
          </Button>
        )}
        {finding.severity === 'warn' && mends && (
          <Button kind="quiet" small onClick={() => keepAsIs(fileId, finding.code)}>
            Keep {fix.diskFormat === undefined ? item.containerFormat : item.diskFormat}
          </Button>
        )}
      </div>
    </div>
  )
}
