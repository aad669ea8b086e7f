import { clsx } from 'clsx'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { cutMiddle } from '../lib/middle.ts'
import { oneLine } from '../lib/one-line.ts'

/** The room that an element has for its text, in pixels, and the font that it is drawn in. */
interface Room {
  width: number
  font: string
}

const canvas = document.createElement('canvas').getContext('2d')
const takers = new WeakMap<Element, (room: Room) => void>()
/**
 * One for all: it tells the sizes after the browser has laid out the page anyway, and before it paints, so that nobody has to ask for them one by one
 * (each such question would lay out the page again).
 */
const observer = new ResizeObserver((entries) =>
  flushSync(() => {
    for (const { target, contentRect } of entries) {
      const { fontWeight, fontSize, fontFamily } = getComputedStyle(target)
      takers.get(target)?.({ width: contentRect.width, font: `${fontWeight} ${fontSize} ${fontFamily}` })
    }
  }),
)

function fitted(text: string, room: Room | null): string {
  if (room === null || canvas === null) return text
  // To set it costs, also to what it is.
  if (fontSet !== room.font) canvas.font = room.font
  fontSet = room.font
  return cutMiddle(text, room.width + 0.5, (part) => canvas.measureText(part).width)
}
let fontSet = ''

/** A name that gives way in its middle when there is no room: its end (version, architecture) tells images apart. The whole name on hover. */
export function MiddleText({ text: given, className }: { text: string; className?: string }) {
  const text = oneLine(given)
  const box = useRef<HTMLSpanElement>(null)
  const [room, setRoom] = useState<Room | null>(null)
  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    takers.set(element, (found) => setRoom((before) => (before?.width === found.width && before.font === found.font ? before : found)))
    observer.observe(element)
    return () => observer.unobserve(element)
  }, [])
  const shown = useMemo(() => fitted(text, room), [text, room])
  return (
    <span ref={box} className={clsx('mid', className)} title={text} dir="auto">
      {shown === text ? (
        text
      ) : (
        <>
          <span aria-hidden="true">{shown}</span>
          {/* Read aloud in whole, and what keeps the room that the whole name would take. */}
          <span className="whole-text">{text}</span>
        </>
      )}
    </span>
  )
}
