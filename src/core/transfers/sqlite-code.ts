/** SQLite's primary result codes that are told apart here. */
export const SQLITE_BUSY = 5
export const SQLITE_LOCKED = 6
export const SQLITE_FULL = 13

/** The primary code of an error that `node:sqlite` threw (the lowest byte of an extended one), or null for any other error. */
export function sqliteCode(error: unknown): number | null {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null
}
