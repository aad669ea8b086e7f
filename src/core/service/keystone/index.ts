// The tiny Keystone: sign-in for the built-in Image service.
export type { UserOptions } from './directory.ts'
export { type Keystone, startKeystone } from './start.ts'
