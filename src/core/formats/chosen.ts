/** A file and what it would be registered as. */
export interface Chosen {
  /** The base name: commands are meant to be run beside the file. */
  fileName: string
  /** Whole bytes. */
  size: number
  diskFormat: string
  containerFormat: string
  /** What this cloud takes, if it said so. */
  cloudDiskFormats?: readonly string[]
}
