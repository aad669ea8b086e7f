// The built-in Image service: a small Glance v2 for one machine. Everything else in this folder is its own affair.
export { type Fault, FaultPlan } from './faults.ts'
export { caller, type TokenCheck } from './identity.ts'
export { type Keystone, startKeystone, type UserOptions } from './keystone/index.ts'
export type { ImageService } from './options.ts'
export { startImageService } from './start.ts'
export { startImageServiceThread } from './start-thread.ts'
