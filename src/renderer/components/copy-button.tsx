import { Check } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Icon } from './icon.tsx'
import { Copy } from './own-icons.ts'

/** Copies a text and says so for a moment. `what` names it: `MD5`, `image ID`. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1500)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <button
      type="button"
      className="copy"
      aria-label={copied ? `${what} copied` : `Copy ${what}`}
      title={copied ? 'Copied' : `Copy ${what}`}
      onClick={() => void copyText(text).then(setCopied)}
    >
      <Icon of={copied ? Check : Copy} size={14} className={copied ? 'ok' : ''} />
    </button>
  )
}

/** True if the clipboard took it. A page without a secure origin has no clipboard; then the old way is tried. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.className = 'vh'
    document.body.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
}
