import { Dialog as Base } from '@base-ui/react/dialog'
import { clsx } from 'clsx'
import type { ReactNode, RefObject } from 'react'

interface DialogProps {
  title: ReactNode
  onClose(): void
  children: ReactNode
  wide?: boolean
  /** Longer than a question: it may take the whole height of the window. */
  tall?: boolean
  /** Lies over a sheet that is open. */
  over?: boolean
  /** What has the focus first; without it the first button or field. */
  initialFocus?: RefObject<HTMLElement | null>
}

/** A question or a fact. It is mounted while it is open; Esc and a press outside do the harmless thing. */
export function Dialog({ title, onClose, children, wide = false, tall = false, over = false, initialFocus }: DialogProps) {
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={clsx('scrim', over && 'over')} forceRender />
        <Base.Popup className={clsx('dialog', wide && 'wide', tall && 'tall')} {...(initialFocus !== undefined && { initialFocus })}>
          <Base.Title className="dialog-title">{title}</Base.Title>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

interface SheetProps {
  /** Accessible name, and what the head shows first. */
  title: string
  head?: ReactNode
  onClose(): void
  children: ReactNode
  className?: string
  over?: boolean
  initialFocus?: RefObject<HTMLElement | null>
}

/** A larger work place over the page: head, body, foot. A press outside does not close it, since work may be in it. */
export function Sheet({ title, head, onClose, children, className, over = false, initialFocus }: SheetProps) {
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()} disablePointerDismissal>
      <Base.Portal>
        <Base.Backdrop className={clsx('scrim', over && 'over')} forceRender />
        <Base.Popup className={clsx('sheet', className)} {...(initialFocus !== undefined && { initialFocus })}>
          <div className="sheet-head">
            <Base.Title>{title}</Base.Title>
            {head}
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
