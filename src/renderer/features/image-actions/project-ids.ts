/** Project ids out of what was typed or pasted: one a line, or with commas and spaces between. Each once, in their order. */
export function projectIds(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((part) => part !== ''))]
}
