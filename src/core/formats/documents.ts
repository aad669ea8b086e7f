import type { Found } from './report.ts'

/** Texts and documents: most often an error page that was saved under an image's name. `bytes` are the file's own, without padding. */
export function document(bytes: Buffer): Found | null {
  if (bytes.toString('latin1', 0, 5) === '%PDF-') return { format: 'pdf', label: 'PDF document' }
  const text = textOf(bytes.subarray(0, 4096))
  if (text === null) return null
  const start = text.trimStart().toLowerCase()
  if (/^(<!doctype html|<html|<head|<script|<body)/.test(start)) return { format: 'html', label: 'web page (HTML)' }
  if (/^(<\?xml|<envelope|<error)/.test(start)) {
    return start.includes('<envelope') ? { format: 'xml', label: 'OVF descriptor' } : { format: 'xml', label: 'XML text' }
  }
  if (start.startsWith('version https://git-lfs')) return { format: 'text', label: 'Git LFS pointer' }
  if (/^[[{]/.test(start)) return { format: 'json', label: 'JSON text' }
  return { format: 'text', label: 'plain text' }
}

/** The bytes as text, if they are one: UTF-8 without control characters, or UTF-16 with its mark. */
function textOf(bytes: Buffer): string | null {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  try {
    // As a stream: the piece may end in the middle of a character.
    const text = new TextDecoder(utf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes, { stream: true })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is control characters that tell data from text
    return text.trim() === '' || /[\0-\x08\x0b\x0e-\x1f\x7f]/.test(text) ? null : text
  } catch {
    return null
  }
}
