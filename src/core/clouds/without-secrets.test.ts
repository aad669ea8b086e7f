import { describe, expect, it } from 'vitest'
import { GlancerError } from '../../shared/errors.ts'
import { Secret } from './cloud-config.ts'
import { signIn } from './keystone.ts'
import { FakeHttp, sampleConfig } from './testing/fakes.ts'
import { withoutSecrets } from './without-secrets.ts'

const clean = (detail: string, ...secrets: string[]) => {
  const error = withoutSecrets(
    new GlancerError('odd-answer', 'It said something.', { detail, status: 400, requestId: 'req-1', remedy: 'Do.' }),
    secrets.map((secret) => new Secret(secret)),
  )
  return error instanceof GlancerError ? error : null
}

describe('an error in which a server repeats a secret', () => {
  it('loses it, however it was written, and nothing else', () => {
    expect(clean('before hunter2 after', 'hunter2')).toMatchObject({
      code: 'odd-answer',
      detail: 'before (secret) after',
      status: 400,
      requestId: 'req-1',
      remedy: 'Do.',
    })
    expect(clean('{"password":"a \\"b\\" c"}', 'a "b" c')?.detail).toBe('{"password":"(secret)"}')
    expect(clean('password=p%C3%A4ss%20word&x=1', 'päss word')?.detail).toBe('password=(secret)&x=1')
    expect(clean('one two-three four', 'one  two-three\nfour')?.detail).toBe('(secret)')
    expect(clean('longer hunter2hunter2 x', 'hunter2', 'hunter2hunter2')?.detail).toBe('longer (secret) x')
  })

  it('loses all that was said where the secret is a short word', () => {
    expect(clean('password "is" not a number', 'is')?.detail).toBeUndefined()
    expect(clean('nothing of it', 'xyz')?.detail).toBe('nothing of it')
  })

  it('also at the sign-in itself', async () => {
    const echo = new FakeHttp(({ body }) => ({ status: 400, body: JSON.stringify({ error: { message: `Invalid input: ${body}` } }) }))
    const config = sampleConfig({
      auth: { kind: 'password', user: { name: 'ada' }, userDomain: { id: 'default' }, password: new Secret('hunter2!') },
    })
    const error = await signIn(config, echo).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'sign-in-refused', detail: expect.stringContaining('(secret)') })
    expect(JSON.stringify((error as GlancerError).toShape())).not.toContain('hunter2!')
  })
})
