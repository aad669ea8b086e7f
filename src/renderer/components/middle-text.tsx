import { clsx } from 'clsx'
import { useLayoutEffect, useRef, useState } from 'react'
import { cutMiddle } from '../lib/middle.ts'
import { oneLine } from '../lib/one-line.ts'

const canvas = document.createElement('canvas').getContext('2d')

/** A name that gives way in its middle when there is no room: its end (version, architecture) tells images apart. The whole name on hover. */
export function MiddleText({ text: given, className }: { text: string; className?: string }) {
  const text = oneLine(given)
  const box = useRef<HTMLSpanElement>(null)
  const [shown, setShown] = useState(text)
  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const refit = (): void => {
      const style = getComputedStyle(element)
      if (canvas === null) return
      canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
      setShown(cutMiddle(text, element.getBoundingClientRect().width + 0.5, (part) => canvas.measureText(part).width))
    }
    refit()
    const observer = new ResizeObserver(refit)
    observer.observe(element)
    return () => observer.disconnect()
  }, [text])
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
