import { type RefObject, useEffect, useRef } from 'react'
import type { DigestPair, Transfer } from '../../../shared/domain.ts'
import { formatExactBytes, groupDigest } from '../../../shared/units.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorFacts } from '../../components/error-facts.tsx'
import { Shape } from '../../components/shape.tsx'
import { lowerFirst } from '../../lib/text.ts'
import { useTransfer } from '../../stores/data.ts'
import { closeDialog } from '../../stores/ui.ts'
import { actNow, exportReceipt } from './actions.ts'
import { kindWords } from './kinds.ts'
import { MarkedDigest } from './marked-digest.tsx'
import { useDetail } from './use-detail.ts'
import { actionLabel, isMismatch } from './words.ts'

/** A transfer that needs a person: a mismatch with both digests, or a failure in its parts. */
export function TransferDialog({ transferId }: { transferId: string }) {
  const transfer = useTransfer(transferId)
  const over = transfer === undefined || (transfer.state !== 'failed' && !isMismatch(transfer))
  useEffect(() => {
    if (over) closeDialog()
  }, [over])
  if (transfer === undefined || over) return null
  return isMismatch(transfer) ? <MismatchDialog transfer={transfer} /> : <FailureDialog transfer={transfer} />
}

function MismatchDialog({ transfer }: { transfer: Transfer }) {
  const { detail } = useDetail(transfer)
  const first = useRef<HTMLButtonElement>(null)
  const atSource = transfer.verification?.kind === 'mismatch' && transfer.verification.side === 'source'
  const pairs = (detail?.digests ?? [])
    .map((pair) => (atSource ? { ...pair, remote: pair.source ?? null } : pair))
    .filter((pair) => pair.local !== null && pair.remote !== null)
  const up = kindWords(transfer).sends
  // SHA-512 leads, as the stronger one.
  const ordered = [...pairs].sort((a, b) => (b.remote?.length ?? 0) - (a.remote?.length ?? 0))
  return (
    <Dialog
      wide
      onClose={closeDialog}
      initialFocus={first}
      title={
        <>
          <Shape name="unequal" tone="danger" />
          <span>
            {up && !atSource
              ? `${transfer.imageName} is not what was sent`
              : `${transfer.imageName} is not what ${atSource ? (transfer.from?.cloudName ?? 'the source') : 'the cloud'} says`}
          </span>
        </>
      }
    >
      <p>
        All {formatExactBytes(transfer.bytesTotal ?? transfer.bytesDone)} {up && !atSource ? 'went' : 'came'}, but they differ.{' '}
        {atSource
          ? `${transfer.cloudName} did not get the end of them, so there is no image of them. ${transfer.leftBehind === null ? '' : `Left behind: ${lowerFirst(transfer.leftBehind)}`}`
          : up
            ? `${transfer.cloudName} got something else than ${transfer.from === null ? 'this file' : `${transfer.from.cloudName} sent`}. ${transfer.leftBehind === null ? 'The image was deleted.' : `Left behind: ${lowerFirst(transfer.leftBehind)}`}`
            : transfer.leftBehind === null
              ? 'The file was not given its name, and the unfinished one was deleted.'
              : 'The file was not given its name; it is kept as .part for you to look at.'}
      </p>
      {ordered.length > 0 && (
        <div className="cmp">
          {ordered.map((pair) => (
            <Compared key={pair.algorithm} pair={pair} />
          ))}
        </div>
      )}
      <p className="t2">
        {up && !atSource
          ? 'Most often a proxy or the store altered bytes on the way. Nobody should start a machine from this image.'
          : 'Most often a store or a proxy altered bytes. If it happens twice with the same digest here, the copy in the cloud is damaged.'}
      </p>
      <Actions transfer={transfer} first={first} />
    </Dialog>
  )
}

function Compared({ pair }: { pair: DigestPair }) {
  const { algorithm, local, remote } = pair
  if (local === null || remote === null) return null
  return (
    <>
      <span className="t2">{algorithm}</span>
      <span>Cloud</span>
      <span className="v">{groupDigest(remote)}</span>
      <span />
      <span>Here</span>
      <span className="v">
        <MarkedDigest here={local} there={remote} />
      </span>
    </>
  )
}

const notDone = { upload: 'not uploaded to', download: 'not downloaded from', import: 'not imported by', copy: 'not copied to' } as const

function FailureDialog({ transfer }: { transfer: Transfer }) {
  const first = useRef<HTMLButtonElement>(null)
  const error = transfer.error ?? { code: 'internal' as const, message: transfer.reason ?? 'It failed for an unknown reason.' }
  return (
    <Dialog
      wide
      onClose={closeDialog}
      initialFocus={first}
      title={
        <>
          <Shape name="stop" tone="danger" />
          <span>
            {transfer.imageName}: {notDone[transfer.kind]} {transfer.cloudName}
          </span>
        </>
      }
    >
      <ErrorFacts error={error} leftBehind={transfer.leftBehind} />
      <Actions transfer={transfer} first={first} />
    </Dialog>
  )
}

function Actions({ transfer, first }: { transfer: Transfer; first: RefObject<HTMLButtonElement | null> }) {
  const leftover = transfer.actions.find((action) => action === 'delete-image' || action === 'delete-part')
  const retry = transfer.actions.includes('retry')
  // Where the same image may take no data any more, a new one is the surer way; after a mismatch a retry makes one anyway.
  const again = transfer.actions.includes('begin-again') && !isMismatch(transfer)
  const run = (action: 'retry' | 'begin-again' | 'delete-image' | 'delete-part'): void => {
    closeDialog()
    void actNow([transfer.id], action)
  }
  return (
    <div className="btns">
      {leftover !== undefined && (
        <span className="left">
          <Button
            kind={leftover === 'delete-image' ? 'plain' : 'quiet'}
            className={leftover === 'delete-image' ? 'ml-2.5' : ''}
            onClick={() => run(leftover)}
          >
            {actionLabel(transfer, leftover)}
          </Button>
        </span>
      )}
      <Button onClick={() => void exportReceipt(transfer.id)}>Export receipt…</Button>
      {again && (
        <Button ref={first} kind="primary" onClick={() => run('begin-again')}>
          {actionLabel(transfer, 'begin-again')}
        </Button>
      )}
      {again ? (
        <Button onClick={() => run('retry')}>Retry on the same image</Button>
      ) : retry ? (
        <Button ref={first} kind="primary" onClick={() => run('retry')}>
          {isMismatch(transfer) && transfer.kind === 'upload' ? 'Upload again' : actionLabel(transfer, 'retry')}
        </Button>
      ) : (
        <Button ref={first} kind="primary" onClick={closeDialog}>
          Close
        </Button>
      )}
    </div>
  )
}
