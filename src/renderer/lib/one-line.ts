// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const odd = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/
/** Letters of scripts that run from right to left. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/**
 * A text of somebody else's as it stands in one line: breaks and other control characters are shown as signs, and marks that would turn the
 * direction of the text after them are left out. The text as it is stands in the editor and in the record.
 */
export function oneLine(text: string): string {
  if (!odd.test(text)) return text
  return text
    .replace(/\r\n|[\n\r\u0085\u2028\u2029]/g, '↵')
    .replace(/\t/g, '⇥')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}]/gu, (sign) => (sign < ' ' ? String.fromCodePoint(0x2400 + (sign.codePointAt(0) ?? 0)) : '␡'))
}

/** The same inside a sentence: letters that run from right to left keep to themselves, so that they do not turn the words beside them. */
export function inSentence(text: string): string {
  const line = oneLine(text)
  return rightToLeft.test(line) ? `\u2068${line}\u2069` : line
}
