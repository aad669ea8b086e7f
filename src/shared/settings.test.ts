import { describe, expect, it } from 'vitest'
import { settingsSchema } from './domain.ts'
import { commands } from './protocol.ts'

describe('settings', () => {
  it('a change holds nothing but what was asked for, so that one setting does not reset the others', () => {
    expect(commands['app.changeSettings'].input.parse({ theme: 'dark' })).toEqual({ theme: 'dark' })
  })
  it('a change with a bad value or an unknown name is refused', () => {
    expect(commands['app.changeSettings'].input.safeParse({ transfersAtOnce: 0 }).success).toBe(false)
    expect(commands['app.changeSettings'].input.safeParse({ colour: 'red' }).success).toBe(false)
  })
  it('one kept value that cannot be read takes no other with it', () => {
    expect(settingsSchema.parse({ theme: 'sepia', transfersAtOnce: 5 })).toMatchObject({ theme: 'system', transfersAtOnce: 5 })
  })
})
