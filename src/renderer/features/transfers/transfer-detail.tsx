import { FileCheck2 } from 'lucide-react'
import type { TransferDetail as Detail, DigestPair, Phase, Transfer } from '../../../shared/domain.ts'
import { formatBytes, formatDuration, formatRate, groupDigest } from '../../../shared/units.ts'
import { Button } from '../../components/button.tsx'
import { CopyButton, copyText } from '../../components/copy-button.tsx'
import { Copy, Receipt } from '../../components/own-icons.ts'
import { Shape } from '../../components/shape.tsx'
import { toast } from '../../components/toasts.tsx'
import { lowerFirst } from '../../lib/text.ts'
import { clockTime, exactTime } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { useImage } from '../../stores/data.ts'
import { showImage } from '../../stores/ui.ts'
import { verifyTransfer } from '../checks/actions.ts'
import { actNow, exportReceipt } from './actions.ts'
import { axisTop, stepPath } from './graph.ts'
import { kindWords } from './kinds.ts'
import { MarkedDigest } from './marked-digest.tsx'
import { useDetail } from './use-detail.ts'
import { WhatLimited } from './what-limited.tsx'
import { isRunning, phaseLook } from './words.ts'

/** Under an unfolded row: phases, log, each second, both digests, the receipt. */
export function TransferDetail({ transfer }: { transfer: Transfer }) {
  const { detail, error } = useDetail(transfer)
  if (error !== null) return <div className="detail danger">{error.message}</div>
  if (detail === null) return <div className="detail t2">Reading…</div>
  return (
    <div className="detail">
      <Phases phases={detail.phases} transfer={transfer} />
      <div className="cols">
        <Log detail={detail} />
        <div>
          <EachSecond perSecond={detail.perSecond} />
          <WhatLimited limits={detail.limits} running={transfer.state === 'transferring'} />
        </div>
      </div>
      <Digests detail={detail} />
      <StayedBehind leftOut={detail.leftOut} />
      <Foot detail={detail} transfer={transfer} />
    </div>
  )
}

function Phases({ phases, transfer }: { phases: readonly Phase[]; transfer: Transfer }) {
  const now = useNow(1000)
  const look = phaseLook(transfer)
  if (phases.length === 0) return null
  return (
    <div className="phases">
      {phases.map((phase) => {
        const seconds = Math.max(0, ((phase.endedAt ?? Math.max(now, phase.startedAt)) - phase.startedAt) / 1000)
        return (
          // A phase's width grows with its time, but not so far that the others vanish.
          <div
            key={`${phase.name} ${phase.startedAt}`}
            className="ph"
            data-outcome={phase.outcome}
            style={{ flexGrow: Math.min(20, Math.max(0.4, seconds)) }}
          >
            <i />
            <div className="medium cut">{phase.outcome === 'cut-off' ? `${phase.name}, cut off` : phase.name}</div>
            <div className="small t2 cut">
              {formatDuration(seconds)}
              {phase.bytes !== null && `, ${formatBytes(phase.bytes)}`}
            </div>
          </div>
        )
      })}
      {!isRunning(transfer) && (
        <div className="ph-end">
          <Shape name={look.shape} tone={look.tone} />
          <span className="medium">{look.word}</span>
        </div>
      )}
    </div>
  )
}

function Log({ detail }: { detail: Detail }) {
  const now = useNow(30_000)
  return (
    <div>
      <h3>What happened</h3>
      <ol className="log">
        {detail.log.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only added at the end
          <li key={index}>
            <time dateTime={new Date(line.at).toISOString()} title={exactTime(line.at, now)}>
              {clockTime(line.at)}
            </time>
            <span className={line.level === 'error' ? 'danger' : line.level === 'warn' ? 'warn' : undefined}>{line.text}</span>
          </li>
        ))}
      </ol>
      {detail.requestIds.length > 0 && (
        <p className="small t2 mt-1">
          Last request: <span className="mono">{detail.requestIds.at(-1)}</span>{' '}
          <CopyButton text={detail.requestIds.at(-1) ?? ''} what="request id" />
        </p>
      )}
    </div>
  )
}

function EachSecond({ perSecond }: { perSecond: readonly number[] }) {
  const top = axisTop(Math.max(0, ...perSecond))
  if (perSecond.length === 0) return null
  return (
    <div>
      <h3>
        Each second <span className="t2 font-normal">{formatRate(top)} at the top</span>
      </h3>
      <svg
        viewBox="0 0 300 72"
        width="100%"
        height="72"
        preserveAspectRatio="none"
        role="img"
        aria-label={`Speed each second, up to ${formatRate(top)}`}
      >
        <path d="M0 71.5H300M0 36H300M0 .5H300" className="gl" />
        <path d={stepPath(perSecond, top, 300, 71)} className="g-up" />
      </svg>
    </div>
  )
}

function Digests({ detail }: { detail: Detail }) {
  const { digests, transfer } = detail
  if (digests.length === 0) return null
  if (transfer.from !== null) return <CopyDigests detail={detail} from={transfer.from.cloudName} />
  return (
    <div className="digs">
      <span />
      <h3>This computer, while {lowerFirst(kindWords(transfer).moving)}</h3>
      <h3>{transfer.cloudName}, image record</h3>
      <span />
      {digests.map((pair) => (
        <DigestRow key={pair.algorithm} pair={pair} />
      ))}
    </div>
  )
}

function DigestRow({ pair }: { pair: DigestPair }) {
  const { algorithm, local, remote } = pair
  const differs = local !== null && remote !== null && local.toLowerCase() !== remote.toLowerCase()
  return (
    <div className="contents">
      <span className="t2">{algorithm}</span>
      <span className="v">{local === null ? <span className="t3">not computed</span> : <MarkedDigest here={local} there={remote} />}</span>
      <span className="v">{remote === null ? <span className="t3">not published</span> : groupDigest(remote)}</span>
      {local !== null && remote !== null ? (
        <span className={differs ? 'status danger' : 'status'}>
          <Shape name={differs ? 'unequal' : 'verified'} tone={differs ? 'danger' : 'ok'} />
          {differs ? 'differs' : 'equal'}
        </span>
      ) : (
        <span />
      )}
    </div>
  )
}

/** Three sides: the record of the source, what passed through here, the record of the target. */
function CopyDigests({ detail: { digests, transfer }, from }: { detail: Detail; from: string }) {
  return (
    <div className="digs three">
      <span />
      <h3>{from}, image record</h3>
      <h3>This computer, while copying</h3>
      <h3>{transfer.cloudName}, image record</h3>
      <span />
      {digests.map(({ algorithm, source = null, local, remote }) => {
        const known = [source, local, remote].filter((value) => value !== null)
        const differs = new Set(known.map((value) => value.toLowerCase())).size > 1
        return (
          <div key={algorithm} className="contents">
            <span className="t2">{algorithm}</span>
            <SideOfCopy value={source} none="not published" />
            <SideOfCopy value={local} none="not computed" />
            <SideOfCopy value={remote} none="not published" />
            {known.length > 1 ? (
              <span className={differs ? 'status danger' : 'status'}>
                <Shape name={differs ? 'unequal' : 'verified'} tone={differs ? 'danger' : 'ok'} />
                {differs ? 'differs' : 'equal'}
              </span>
            ) : (
              <span />
            )}
          </div>
        )
      })}
    </div>
  )
}

function SideOfCopy({ value, none }: { value: string | null; none: string }) {
  return <span className="v">{value === null ? <span className="t3">{none}</span> : groupDigest(value)}</span>
}

/** What a copy did not take along. */
function StayedBehind({ leftOut }: Pick<Detail, 'leftOut'>) {
  if (leftOut.length === 0) return null
  return (
    <details className="stays">
      <summary>{leftOut.length === 1 ? '1 thing stayed behind' : `${leftOut.length} things stayed behind`}</summary>
      <dl>
        {leftOut.map(({ name, why }) => (
          <div key={name} className="contents">
            <dt className="mono cut" title={name}>
              {name}
            </dt>
            <dd className="t2">{why}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

function Foot({ detail, transfer }: { detail: Detail; transfer: Transfer }) {
  const image = useImage(transfer.cloudId, transfer.imageId)
  const local = detail.digests.flatMap((pair) => (pair.local === null ? [] : [`${pair.algorithm} ${pair.local}`]))
  return (
    <div className="btns">
      <Button small icon={Receipt} onClick={() => void exportReceipt(transfer.id)}>
        Export receipt…
      </Button>
      {local.length > 0 && (
        <Button
          small
          icon={Copy}
          onClick={() => void copyText(local.join('\n')).then((done) => done && toast('Digests copied', { shape: 'tick', tone: 'ok' }))}
        >
          {local.length === 1 ? 'Copy the digest' : 'Copy both digests'}
        </Button>
      )}
      {image !== undefined && (
        <Button kind="quiet" small onClick={() => showImage(transfer.cloudId, image.id)}>
          Show image
        </Button>
      )}
      {transfer.actions.includes('verify-again') && (
        <Button kind="quiet" small icon={FileCheck2} onClick={() => void verifyTransfer(transfer)}>
          Verify again
        </Button>
      )}
      {transfer.actions.includes('remove') && (
        <Button kind="quiet" small onClick={() => void actNow([transfer.id], 'remove')}>
          Remove from list
        </Button>
      )}
      <span className="grow" />
      <span className="small t2 cut">JSON, without secrets</span>
    </div>
  )
}
