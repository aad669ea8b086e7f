import { describe, expect, it } from 'vitest'
import { proxyFor } from './proxy.ts'

const proxy = 'http://proxy.example:3128'

describe('the proxy for an address', () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ['https://a.example', {}, undefined],
    ['https://a.example', { https_proxy: proxy }, proxy],
    ['https://a.example', { HTTPS_PROXY: proxy }, proxy],
    ['https://a.example', { https_proxy: proxy, HTTPS_PROXY: 'http://other.example' }, proxy],
    ['https://a.example', { https_proxy: '', HTTPS_PROXY: '' }, undefined],
    ['https://a.example', { http_proxy: proxy }, undefined],
    ['http://a.example:9292', { http_proxy: proxy }, proxy],
    ['http://a.example', { https_proxy: proxy }, undefined],
    ['http://a.example', { all_proxy: proxy }, proxy],
    ['https://a.example', { ALL_PROXY: proxy, https_proxy: 'http://own.example' }, 'http://own.example'],
    ['https://a.example', { https_proxy: 'proxy.example:3128' }, proxy],
  ])('%s with %j', (url, env, found) => {
    expect(proxyFor(url, env)).toBe(found)
  })

  it.each([
    ['https://a.example', '*'],
    ['https://a.example', 'a.example'],
    ['https://A.Example', 'a.EXAMPLE'],
    ['https://a.example', 'other, example'],
    ['https://a.b.example', '.b.example'],
    ['https://b.example', '.b.example'],
    ['https://a.b.example', '*.b.example'],
    ['https://a.example:5000', 'a.example:5000'],
    ['https://a.example', 'a.example:443'],
    ['http://a.example', 'a.example:80'],
    ['http://127.0.0.1:9292', 'localhost 127.0.0.1'],
    ['https://10.1.2.3', '10.0.0.0/8'],
    ['https://[::1]:5000', '::1'],
    ['https://[::1]:5000', '[::1]:5000'],
    ['https://[fd00::7]', 'fd00::/8'],
  ])('%s is reached directly for %s', (url, list) => {
    expect(proxyFor(url, { all_proxy: proxy, no_proxy: list })).toBe(undefined)
    expect(proxyFor(url, { all_proxy: proxy, NO_PROXY: list })).toBe(undefined)
  })

  it.each([
    ['https://ba.example', 'a.example'],
    ['https://a.example.com', 'a.example'],
    ['https://a.example:5000', 'a.example:443'],
    ['https://11.1.2.3', '10.0.0.0/8'],
    ['https://110.1.2.3', '1.2.3'],
    ['https://a.example', '10.0.0.0/8,,nonsense/99,/,a.example/8'],
    ['https://10.1.2.3', 'fd00::/8, 10.0.0.0/99'],
  ])('%s is not reached directly for %s', (url, list) => {
    expect(proxyFor(url, { all_proxy: proxy, no_proxy: list })).toBe(proxy)
  })

  it.each(['socks5://127.0.0.1:1080', 'http://', 'ftp://x'])('%s cannot be used, and is named', (url) => {
    expect(() => proxyFor('https://a.example', { https_proxy: url })).toThrow(
      expect.objectContaining({ code: 'proxy', message: 'The proxy that the environment names cannot be used.' }),
    )
  })
})
