// What a file is, from its first bytes, and what that means for an upload. Everything else in this folder is its own affair.
export { findings } from './findings.ts'
export { inspectImageFile } from './inspect.ts'
export { innerHint, proposeImageName } from './names.ts'
export { fileHandleReader, type ImageReader, partialReader } from './reader.ts'
export type { FormatReport } from './report.ts'
