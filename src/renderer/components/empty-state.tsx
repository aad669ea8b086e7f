import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'
import { Icon } from './icon.tsx'

interface EmptyStateProps {
  icon: LucideIcon
  title: string
  children: ReactNode
  actions?: ReactNode
  requestId?: string | undefined
}

/** A place with nothing in it: why, and what to do. */
export function EmptyState({ icon, title, children, actions, requestId }: EmptyStateProps) {
  return (
    <div className="empty">
      <span className="t3">
        <Icon of={icon} size={20} />
      </span>
      <h2>{title}</h2>
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
