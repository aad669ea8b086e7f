// The built-in Image service: a small Glance v2 for one machine. Everything else in this folder is its own affair.
export { type Fault, type FaultAction, type FaultHandle, FaultPlan, type Hold, type Operation } from './faults.ts'
export { type Caller, caller, type IdentityOptions, type TokenCheck } from './identity.ts'
export { type Keystone, type KeystoneOptions, startKeystone, type UserOptions } from './keystone/index.ts'
export type { ImageService, ImageServiceOptions, ImportSettings } from './options.ts'
export { startImageService } from './start.ts'
export { startImageServiceThread, type ThreadOptions } from './start-thread.ts'
