import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'

/** A lucide icon in the page's own weight and sizes; it says nothing to a screen reader, since its button or word does. */
export function Icon({ of: Shape, size = 16, className }: { of: LucideIcon; size?: 12 | 14 | 16 | 20 | 24; className?: string }) {
  return <Shape className={clsx('i', size !== 16 && `i-${size}`, className)} strokeWidth={1.5} aria-hidden="true" />
}
