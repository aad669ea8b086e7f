/**
 * Small things that this browser keeps for the next time: where one was, not what one set (that is in the settings). A page without storage
 * forgets them, and nothing else happens.
 */
const PREFIX = 'glancer.'

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key)
  } catch {
    return null
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value)
  } catch {
    // Then it is forgotten.
  }
}
