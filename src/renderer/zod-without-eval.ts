import { config } from 'zod'

// zod compiles its checks with `new Function` where it may. The page's policy forbids that, and even the question would be a violation of it.
// This must run before any schema is made, so it is the first thing that the page imports.
config({ jitless: true })
