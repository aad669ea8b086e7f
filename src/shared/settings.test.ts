import { describe, expect, it } from 'vitest'
import { settingsSchema } from './domain.ts'
import { defaultLook } from './image-table.ts'
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
  it('keeps the views that can be read', () => {
    const view = { id: 'v', name: ' Killed ', cloudId: null, filters: { status: ['killed'] }, search: '', look: defaultLook }
    const { views } = settingsSchema.parse({ views: [view, { ...view, look: 'new in a later version' }, 7] })
    expect(views).toMatchObject([{ name: 'Killed', filters: { status: ['killed'], tag: [] } }])
    expect(settingsSchema.parse({ views: 'none', table: { columns: 'all' } })).toMatchObject({ views: [], table: defaultLook })
  })
})
