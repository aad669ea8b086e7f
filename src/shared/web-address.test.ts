import { describe, expect, test } from 'vitest'
import { addressProblem, fileNameIn, shownAddress } from './web-address.ts'

describe('addresses that a cloud is to fetch from', () => {
  test.each([
    ['https://images.example/debian-13.qcow2', null],
    ['http://10.0.0.5:8080/a%20b.img?token=x', null],
    ['HTTPS://EXAMPLE/x', null],
    ['ftp://example/x', /http:/],
    ['file:///etc/passwd', /http:/],
    ['example/x.img', /http:/],
    ['https://', /not an address/],
    ['https://a b/x', /spaces/],
    ['https://example/a\nhttps://example/b', /spaces/],
    ['https://user:secret@example/x', /does not sign in/],
    [`https://example/${'x'.repeat(2048)}`, /longer/],
  ])('%s', (text, wanted) => {
    const said = addressProblem(text)
    if (wanted === null) expect(said).toBeNull()
    else expect(said).toMatch(wanted)
  })

  test('what may be a key to the data is never shown', () => {
    expect(shownAddress('https://s3.example/b/x.img?X-Signature=secret#part')).toBe('https://s3.example/b/x.img')
    expect(shownAddress('no address?secret')).toBe('no address')
  })

  test('a file name is made readable, and never fails', () => {
    expect(fileNameIn('https://example/a/b%20c.qcow2?x=1')).toBe('b c.qcow2')
    expect(fileNameIn('https://example/%E0%A4%A')).toBe('%E0%A4%A')
    expect(fileNameIn('https://example:8080/')).toBe('example:8080')
  })
})
