import type { TransferKind } from '../shared/domain.ts'
import type { Answer, Delta } from '../shared/protocol.ts'

/** What the core needs of the host that runs it. */
export interface AppPorts {
  /** Where everything of this person is kept; made with mode 0700 when missing. */
  dataDir: string
  version: string
  /** `process.env`, the home folder and the working directory: where clouds.yaml is looked for. Given, so that tests own them. */
  env: Readonly<Record<string, string | undefined>>
  homeDir: string
  cwd: string
  /** The worker files: sources under Node, bundles in the built app. */
  workers: { transfer: URL; hash: URL; service: URL; serviceHash: URL }
  host: HostPort
  /** One line a call, for the host's log. Never gets a secret. */
  log(level: 'info' | 'warn' | 'error', text: string): void
}

/** What only the host can do. */
export interface HostPort {
  kind: 'electron' | 'web' | 'test'
  /** The system's file dialogs; absent where there are none. Null = closed by the person. */
  openFiles?(): Promise<string[] | null>
  chooseFolder?(): Promise<string | null>
  /** Shows a file in the system's file manager; false where it cannot. */
  showFile?(path: string): Promise<boolean>
  /** One file, by the system's dialog: an openrc or a certificate. Null = closed by the person. */
  chooseFile?(purpose: 'openrc' | 'certificate'): Promise<string | null>
  /** The system's key ring; absent where the host can have none, and secrets can only be kept in a file of mode 0600. */
  keyRing?: KeyRing
  /** True where the page may look through this machine's folders (web host: there is no native dialog). */
  mayBrowse: boolean
}

/** Seals secrets so that only this person, on this computer, can open them. What is sealed is kept by the core. */
export interface KeyRing {
  /** What people call it; null where the system has none that really protects. */
  name(): Promise<string | null>
  seal(text: string): Promise<Uint8Array>
  /** `stale`: it is to be sealed anew, since the key has changed. */
  open(sealed: Uint8Array): Promise<{ text: string; stale: boolean }>
}

/** The core, running. */
export interface App {
  /** The one way in for the page: looks the name up in the protocol, parses the input, answers. Never rejects. */
  call(name: unknown, input: unknown): Promise<Answer<unknown>>
  onDelta(listener: (delta: Delta) => void): () => void
  /** Trusted side only: files by path (Electron), and bytes that a browser sends (web host). */
  files: FileIntake
  /** Transfers that would suffer by quitting now, for the quit guard. */
  running(): { imageName: string; kind: TransferKind; percent: number | null }[]
  /** The machine goes to sleep, wakes up, loses or gets its network. */
  setPower(event: 'suspend' | 'resume'): void
  setOnline(online: boolean): void
  /** Stops transfers in order (their state is in the journal), closes the service and the journal. */
  close(): Promise<void>
}

export type Taken = { fileId: string } | { name: string; problem: string }

export interface FileIntake {
  /** Paths of dropped or chosen files; a folder's regular files are taken, to a depth of 8 and 1,000 files. */
  addPaths(paths: readonly string[]): Promise<Taken[]>
  /** Files that the system opened with the app; the page is told, and takes them with `files.takeWaiting`. */
  handOver(paths: readonly string[]): Promise<void>
  /**
   * One part of a file that the browser has: `head` (its first bytes, at most 1 MiB), `tail` (its last, at most 64 KiB), or `body` (all of
   * it, kept on disk until its transfer is over). Throws a GlancerError for an unknown id, a wrong length, a full disk.
   */
  receive(fileId: string, part: 'head' | 'tail' | 'body', bytes: AsyncIterable<Uint8Array>): Promise<void>
}
