// The tiny Keystone: sign-in for the built-in Image service.
export type { DirectoryOptions, UserOptions } from './directory.ts'
export { type Keystone, type KeystoneOptions, startKeystone } from './start.ts'
