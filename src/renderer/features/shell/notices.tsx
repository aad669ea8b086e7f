import { X } from 'lucide-react'
import { Button, IconButton } from '../../components/button.tsx'
import { copyText } from '../../components/copy-button.tsx'
import { Shape } from '../../components/shape.tsx'
import { toast } from '../../components/toasts.tsx'
import { ask } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'

/** Over every page: what the person has to know about Glancer's own data, until they have read it or it is over. */
export function Notices() {
  const notices = useData((data) => data.notices)
  return notices.map(({ id, severity, title, text, path, dismissible }) => (
    <div key={id} className="banner" role={severity === 'error' ? 'alert' : 'status'}>
      <Shape name="triangle" tone={severity === 'error' ? 'danger' : 'warn'} />
      <div className="grow">
        <span className="medium">{title}</span> <span className="t2">{text}</span>
        {path !== null && <div className="small mono notice-path">{path}</div>}
      </div>
      {path !== null && (
        <Button
          small
          kind="quiet"
          onClick={() => void copyText(path).then((done) => done && toast('Path copied', { shape: 'tick', tone: 'ok' }))}
        >
          Copy the path
        </Button>
      )}
      {dismissible && <IconButton small icon={X} label="I have read it" onClick={() => void ask('app.dismissNotice', { id })} />}
    </div>
  ))
}
