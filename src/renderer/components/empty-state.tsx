import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'
import { Icon } from './icon.tsx'

interface EmptyStateProps {
  icon: LucideIcon
  title: string
  /** It is the whole page, so its title is the page's. */
  alone?: boolean
  children: ReactNode
  actions?: ReactNode
  requestId?: string | undefined
}

/** A place with nothing in it: why, and what to do. */
export function EmptyState({ icon, title, alone = false, children, actions, requestId }: EmptyStateProps) {
  return (
    <div className="empty">
      <span className="t3">
        <Icon of={icon} size={20} />
      </span>
      {alone ? <h1>{title}</h1> : <h2>{title}</h2>}
      <p>{children}</p>
      {actions !== undefined && <div className="btns">{actions}</div>}
      {requestId !== undefined && (
        <div className="req mono t2">
          {requestId}
          <CopyButton text={requestId} what="request id" />
        </div>
      )}
    </div>
  )
}
