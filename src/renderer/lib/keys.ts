const mac = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** The name of the command key on this machine's keyboard. */
export const COMMAND = mac ? 'Cmd' : 'Ctrl'

/** True for the command key of this machine's habit: Cmd on a Mac, Ctrl elsewhere. */
export function commandKey(event: { ctrlKey: boolean; metaKey: boolean }): boolean {
  return mac ? event.metaKey : event.ctrlKey
}
