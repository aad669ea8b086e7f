import { useEffect, useState } from 'react'
import { toErrorShape } from '../../../shared/errors.ts'
import { Button } from '../../components/button.tsx'
import { copyText } from '../../components/copy-button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Copy } from '../../components/own-icons.ts'
import { toast } from '../../components/toasts.tsx'
import { bridge } from '../../stores/core.ts'
import { useCloud } from '../../stores/data.ts'
import { closeDialog } from '../../stores/ui.ts'

/** The lines with which the official clients reach this cloud. */
export function TerminalHelpDialog({ cloudId }: { cloudId: string }) {
  const cloud = useCloud(cloudId)
  const [text, setText] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    bridge.call('clouds.terminalHelp', { cloudId }).then(
      (help) => setText(help.text),
      (thrown: unknown) => setProblem(toErrorShape(thrown).message),
    )
  }, [cloudId])
  return (
    <Dialog wide onClose={closeDialog} title={`Use ${cloud?.name ?? 'this cloud'} from a terminal`}>
      <p className="t2">These lines set up the official clients in one shell. They hold no password.</p>
      {problem === null ? <pre className="codebox">{text ?? ' '}</pre> : <p className="danger">{problem}</p>}
      <div className="btns">
        <Button
          icon={Copy}
          disabled={text === null}
          onClick={() => void copyText(text ?? '').then((done) => done && toast('Lines copied', { shape: 'tick', tone: 'ok' }))}
        >
          Copy
        </Button>
        <Button kind="primary" onClick={closeDialog}>
          Close
        </Button>
      </div>
    </Dialog>
  )
}
