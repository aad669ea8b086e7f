import { describe, expect, it } from 'vitest'
import { defaultLook, type TableLook } from '../../../shared/image-table.ts'
import { moveColumn, resizeColumn, shiftColumn, toggleColumn } from './column-layout.ts'
import { gridOf, shownColumns } from './columns.ts'

const ids = (look: TableLook, narrow = false): string[] => shownColumns(look, narrow).map(({ column }) => column.id)

describe('columns', () => {
  it('where nothing was chosen the format goes first as it gets narrow', () => {
    expect(ids(defaultLook)).toEqual(['status', 'size', 'format', 'visibility', 'updated'])
    expect(ids(defaultLook, true)).toEqual(['status', 'size', 'visibility', 'updated'])
  })
  it('what was chosen stays so at every width', () => {
    const look = toggleColumn(defaultLook, 'property:os_distro', false)
    expect(ids(look, true)).toEqual(['status', 'size', 'format', 'visibility', 'updated', 'property:os_distro'])
    expect(ids(toggleColumn(look, 'size', true))).not.toContain('size')
  })
  it('a column that this version does not know is left out, not lost', () => {
    const look = {
      ...defaultLook,
      columns: [
        { id: 'of a later version', width: 90 },
        { id: 'tags', width: null },
      ],
    }
    expect(ids(look)).toEqual(['tags'])
    expect(moveColumn(look, 'tags', 0, false).columns).toHaveLength(2)
  })
})

describe('their order', () => {
  it.each([
    ['status', 0, ['status', 'size', 'format', 'visibility', 'updated']],
    ['status', 2, ['size', 'status', 'format', 'visibility', 'updated']],
    ['status', 5, ['size', 'format', 'visibility', 'updated', 'status']],
    ['updated', 1, ['status', 'updated', 'size', 'format', 'visibility']],
    ['updated', 99, ['status', 'size', 'format', 'visibility', 'updated']],
    ['unknown', 1, ['status', 'size', 'format', 'visibility', 'updated']],
  ])('%s before the one at %i', (id, to, order) => expect(ids(moveColumn(defaultLook, id, to, false))).toEqual(order))
  it('by one to either side, and not over the ends', () => {
    expect(ids(shiftColumn(defaultLook, 'size', 1, false))).toEqual(['status', 'format', 'size', 'visibility', 'updated'])
    expect(ids(shiftColumn(defaultLook, 'size', -1, false))).toEqual(['size', 'status', 'format', 'visibility', 'updated'])
    expect(ids(shiftColumn(defaultLook, 'status', -1, false))[0]).toBe('status')
    expect(ids(shiftColumn(defaultLook, 'updated', 1, false)).at(-1)).toBe('updated')
  })
})

describe('their widths', () => {
  it('stay within what can be seen and fits', () => {
    expect(shownColumns(resizeColumn(defaultLook, 'size', 3, false), false)[1]?.width).toBe(40)
    expect(shownColumns(resizeColumn(defaultLook, 'size', 9999, false), false)[1]?.width).toBe(1200)
    const wide = resizeColumn(defaultLook, 'size', 200, false)
    expect(shownColumns(resizeColumn(wide, 'size', null, false), false)[1]?.width).toBe(76)
  })
  it('the name takes the rest, or is as wide as it was made', () => {
    const columns = [{ width: 100 }, { width: 50 }]
    expect(gridOf(defaultLook, columns)).toEqual({ template: '32px minmax(160px, 1fr) 100px 50px', least: 32 + 160 + 112 + 62 + 16 })
    expect(gridOf(resizeColumn(defaultLook, 'name', 300, false), columns).template).toBe('32px 300px 100px 50px minmax(0, 1fr)')
  })
})
