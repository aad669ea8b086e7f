import type { ReactNode } from 'react'

/** Status shapes, on a grid of 16. Each is told by its form; its colour only agrees. */
const shapes = {
  dot: <circle className="f" cx="8" cy="8" r="4.25" />,
  dashed: <circle cx="8" cy="8" r="5.5" strokeDasharray="2.2 2.1" />,
  half: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path className="f" d="M8 4a4 4 0 0 1 0 8z" />
    </>
  ),
  into: (
    <>
      <path d="M8 1.8v6.7M5.2 5.9 8 8.7l2.8-2.8" />
      <path d="M4 4.2a5.6 5.6 0 1 0 8 0" />
    </>
  ),
  off: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M5.2 8h5.6" />
    </>
  ),
  stop: (
    <>
      <path d="M5.4 1.9h5.2l3.5 3.5v5.2l-3.5 3.5H5.4l-3.5-3.5V5.4z" />
      <path d="m6 6 4 4M10 6l-4 4" />
    </>
  ),
  bin: <path d="M2.5 4.2h11M6 4V2.4h4V4M4 4.4l.7 9.2h6.6l.7-9.2" />,
  spinner: (
    <g className="spin">
      <path d="M8 2.2a5.8 5.8 0 1 1-5.3 3.5" />
    </g>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="5.9" />
      <path d="M8 4.7V8l2.2 1.6" />
    </>
  ),
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" strokeWidth="2.25" />,
  cross: <path d="m3.6 3.6 8.8 8.8M12.4 3.6l-8.8 8.8" />,
  verified: (
    <>
      <circle className="f" cx="8" cy="8" r="6.75" />
      <path className="k" d="m5 8.3 2.1 2.1L11 6.2" />
    </>
  ),
  question: (
    <>
      <circle cx="8" cy="8" r="5.9" />
      <path d="M6.3 6.4a1.8 1.8 0 1 1 2.5 1.7c-.6.3-.8.6-.8 1.1M8 11.2v.05" strokeWidth="1.5" />
    </>
  ),
  info: (
    <>
      <circle cx="8" cy="8" r="5.9" />
      <path d="M8 7.6v3.2M8 5.2v.05" />
    </>
  ),
  unequal: <path d="M2.5 6h11M2.5 10.2h11M10.6 2.6 5.4 13.6" strokeWidth="2" />,
  triangle: (
    <>
      <path d="M8 2.2 14.6 13.6H1.4z" />
      <path d="M8 6.6v3M8 11.6v.05" />
    </>
  ),
  tick: <path d="m2.8 8.6 3.4 3.4 7-7.6" strokeWidth="2" />,
} satisfies Record<string, ReactNode>

export type ShapeName = keyof typeof shapes
export type Tone = 'ok' | 'warn' | 'danger' | 'accent' | 't2' | 't3'

export function Shape({ name, tone, className }: { name: ShapeName; tone?: Tone; className?: string }) {
  const svg = (
    <svg className={className === undefined ? 'g' : `g ${className}`} viewBox="0 0 16 16" aria-hidden="true">
      {shapes[name]}
    </svg>
  )
  return tone === undefined ? svg : <span className={tone}>{svg}</span>
}
