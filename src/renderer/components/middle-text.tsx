import { splitMiddle } from '../lib/middle.ts'

/** A name that gives way in its middle when there is no room; the whole name on hover. */
export function MiddleText({ text, className }: { text: string; className?: string }) {
  const [head, tail] = splitMiddle(text)
  return (
    <span className={className === undefined ? 'mid' : `mid ${className}`} title={text}>
      <span>{head}</span>
      <span>{tail}</span>
    </span>
  )
}
