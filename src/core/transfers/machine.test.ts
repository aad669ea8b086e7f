import { describe, expect, test } from 'vitest'
import { transferStates, verificationSchema } from '../../shared/domain.ts'
import { isActive, isEnded, isTrueEnd, transferEvents, transition } from './machine.ts'

/** The whole table once more, written by hand from the side of the reader: every pair that is allowed. */
const allowed = `
queued start preparing | queued wait waiting | queued pause paused | queued cancel cancelled | queued fail failed
preparing move transferring | preparing hand-over finishing | preparing compare verifying | preparing wait waiting | preparing fail failed | preparing pause paused
preparing cancel cancelled | preparing interrupt queued
transferring all-moved finishing | transferring compare verifying | transferring wait waiting | transferring fail failed
transferring pause paused | transferring cancel cancelled | transferring interrupt queued
finishing compare verifying | finishing imported done | finishing wait waiting | finishing fail failed | finishing cancel cancelled | finishing interrupt queued
verifying verified done | verifying wait waiting | verifying fail failed | verifying cancel cancelled | verifying interrupt queued
waiting due queued | waiting start preparing | waiting pause paused | waiting cancel cancelled | waiting fail failed
paused resume queued | paused start preparing | paused cancel cancelled
failed retry queued
cancelled retry queued
`
const expected = new Map(
  allowed
    .split(/[|\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [state, event, next] = line.split(' ')
      return [`${state} ${event}`, next]
    }),
)

describe('the state machine of a transfer', () => {
  test('every pair of state and event does what the table says, and nothing else is possible', () => {
    for (const state of transferStates) {
      for (const event of transferEvents) {
        expect([state, event, transition(state, event)]).toEqual([state, event, expected.get(`${state} ${event}`) ?? null])
      }
    }
  })

  test('done is reached from verifying, by an import from finishing, and left by nothing', () => {
    const ways = transferStates.flatMap((state) =>
      transferEvents.filter((event) => transition(state, event) === 'done').map((event) => [state, event]),
    )
    expect(ways).toEqual([
      ['finishing', 'imported'],
      ['verifying', 'verified'],
    ])
    expect(transferEvents.filter((event) => transition('done', event) !== null)).toEqual([])
  })

  test('an end says what it is: what was compared is verified, and only an import may be done without', () => {
    const outcomes = [...verificationSchema.options.map((option) => option.shape.kind.value), null]
    const ends = transferEvents.flatMap((event) =>
      [true, false].flatMap((imported) =>
        outcomes.filter((outcome) => isTrueEnd(event, imported, outcome)).map((outcome) => `${event} ${imported} ${outcome}`),
      ),
    )
    expect(ends).toEqual([
      'verified true verified',
      'verified true not-verifiable',
      'verified false verified',
      'verified false not-verifiable',
      'imported true not-compared',
    ])
  })

  test('from every state but done a person can get out, and from every state that is not ended the work can end', () => {
    for (const state of transferStates) {
      if (state === 'done') continue
      const exits = isEnded(state) ? ['retry'] : ['cancel']
      expect(exits.some((event) => transferEvents.some((known) => known === event && transition(state, known) !== null))).toBe(true)
      if (isActive(state)) expect(transition(state, 'interrupt')).toBe('queued')
    }
  })
})
