import { useRef, useState } from 'react'
import { type CommandKind, commandKinds, openstackCommands } from '../../../shared/image-texts.ts'
import { Button } from '../../components/button.tsx'
import { copyText } from '../../components/copy-button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Select } from '../../components/select.tsx'
import { toast } from '../../components/toasts.tsx'
import { plural } from '../../lib/plural.ts'
import { useCloud, useImages } from '../../stores/data.ts'
import { closeDialog, openDialog } from '../../stores/ui.ts'
import { imageLabel } from '../images/image-label.ts'

const labels: Readonly<Record<CommandKind, string>> = {
  show: 'show it',
  save: 'download it',
  create: 'make a record with the same settings',
  set: 'give it the settings that it has now',
  delete: 'delete it',
}

/** The lines with which the official client does the same. */
export function CommandsDialog({ cloudId, imageIds }: { cloudId: string; imageIds: readonly string[] }) {
  const cloud = useCloud(cloudId)
  const known = useImages(cloudId)
  const [kind, setKind] = useState<CommandKind>('show')
  const copy = useRef<HTMLButtonElement>(null)
  const images = imageIds.flatMap((id) => known.get(id) ?? [])
  const only = images.length === 1 ? images[0] : undefined
  const text = openstackCommands(images, kind)
  return (
    <Dialog
      wide
      title={`${only === undefined ? plural(images.length, 'image') : imageLabel(only)} from a terminal`}
      onClose={closeDialog}
      initialFocus={copy}
    >
      <p>
        <Select
          label="What the commands do"
          value={kind}
          choices={commandKinds.map((value) => ({ value, label: `openstack image ${value}`, aside: labels[value] }))}
          onChange={(value) => setKind(commandKinds.find((each) => each === value) ?? 'show')}
        />
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by the keyboard */}
      <pre className="codebox" tabIndex={0}>
        {text}
      </pre>
      <p className="small t2">
        They ask the cloud of OS_CLOUD.{' '}
        <button type="button" className="link" onClick={() => openDialog({ kind: 'terminal-help', cloudId })}>
          How to reach {cloud?.name} from a terminal
        </button>
      </p>
      <div className="btns">
        <Button onClick={closeDialog}>Close</Button>
        <Button
          ref={copy}
          kind="primary"
          onClick={() => {
            closeDialog()
            void copyText(text).then((done) => done && toast(`${plural(images.length, 'command')} copied`, { shape: 'tick', tone: 'ok' }))
          }}
        >
          Copy
        </Button>
      </div>
    </Dialog>
  )
}
