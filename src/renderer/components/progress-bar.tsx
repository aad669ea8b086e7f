interface ProgressBarProps {
  done: number
  total: number
  /** Grey: no bytes move now. */
  idle?: boolean
  label: string
}

export function ProgressBar({ done, total, idle = false, label }: ProgressBarProps) {
  const percent = total <= 0 ? (done >= total ? 100 : 0) : Math.min(100, (done / total) * 100)
  return (
    <span
      className={idle ? 'prog idle' : 'prog'}
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.floor(percent)}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <i style={{ width: `${percent}%` }} />
    </span>
  )
}
