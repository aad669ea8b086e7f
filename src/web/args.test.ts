import { describe, expect, test } from 'vitest'
import { readArgs } from './args.ts'
import { opener, redirectPage } from './open-browser.ts'

describe('the command line', () => {
  test('without options: any free port on loopback, the usual folder, and a browser', () => {
    expect(readArgs(['--web'])).toEqual({ port: 0, dataDir: null, open: true, host: '127.0.0.1', remote: null })
  })

  test('takes a port, a folder and no browser', () => {
    expect(readArgs(['--web', '--port', '8123', '--data-dir', '/data/g', '--no-open'])).toMatchObject({
      port: 8123,
      dataDir: '/data/g',
      open: false,
    })
  })

  test.each(['-1', '65536', '80x', ''])('refuses the port "%s"', (port) => {
    expect(() => readArgs([`--port=${port}`])).toThrow('--port takes a number')
  })

  test('refuses what it does not know', () => {
    expect(() => readArgs(['--prot', '80'])).toThrow('--prot')
  })

  test.each([
    [['--host', '0.0.0.0']],
    [['--host', '0.0.0.0', '--allow-remote']],
    [['--host', 'jump.example', '--tls-cert', 'c', '--tls-key', 'k']],
    [['--host', '::', '--allow-remote', '--tls-cert', 'c']],
  ])('refuses to be reached from elsewhere with only %j', (args) => {
    expect(() => readArgs(args)).toThrow('--allow-remote, --tls-cert and --tls-key')
  })

  test('can be reached from elsewhere with all three, under a name', () => {
    const tls = ['--allow-remote', '--tls-cert', '/c.pem', '--tls-key', '/k.pem']
    expect(readArgs(['--host', 'jump.example', ...tls]).remote).toEqual({ name: 'jump.example', certFile: '/c.pem', keyFile: '/k.pem' })
    expect(readArgs(['--host', '0.0.0.0', '--name', 'jump.example', ...tls]).remote?.name).toBe('jump.example')
    expect(() => readArgs(['--host', '0.0.0.0', ...tls])).toThrow('--name')
  })
})

describe('the browser', () => {
  test('is opened only where there is a screen', () => {
    expect(opener({ platform: 'linux', env: {} })).toBeNull()
    expect(opener({ platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' } })?.file).toBe('xdg-open')
    expect(opener({ platform: 'darwin', env: {} })?.file).toBe('open')
  })

  test('is led on by a page that an address cannot break out of', () => {
    const page = redirectPage('http://127.0.0.1:1/#token="><script>')
    expect(page).toContain('content="0;url=http://127.0.0.1:1/#token=&#34;&#62;&#60;script&#62;"')
    expect(page).not.toContain('<script')
  })
})
