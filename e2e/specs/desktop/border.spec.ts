import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures/test.ts'

/** Runs in the page as its own scripts do: the policy holds, which it does not for what a test usually evaluates. */
async function asPage(page: Page, expression: string): Promise<unknown> {
  const session = await page.context().newCDPSession(page)
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression,
    awaitPromise: true,
    returnByValue: true,
    allowUnsafeEvalBlockedByCSP: false,
  })
  await session.detach()
  return exceptionDetails ? `threw ${exceptionDetails.exception?.description?.split('\n')[0]}` : result.value
}

test('the page cannot speak to any network, its own host included', async ({ app, console, desktopHost }) => {
  console.expect(/Content Security Policy|policy:|Refused to/)
  const tries = {
    fetch: "fetch('https://example.org/').then(() => 'went out', () => 'stopped')",
    'fetch of its own host': "fetch('/index.html').then(() => 'went out', () => 'stopped')",
    XMLHttpRequest: `new Promise((done) => { const one = new XMLHttpRequest(); one.onload = () => done('went out'); one.onerror = () => done('stopped')
      one.open('GET', 'https://example.org/'); one.send() })`,
    WebSocket: `new Promise((done) => { try { const one = new WebSocket('wss://example.org/'); one.onopen = () => done('went out')
      one.onerror = () => done('stopped') } catch { done('stopped') } })`,
    EventSource:
      "new Promise((done) => { const one = new EventSource('https://example.org/'); one.onopen = () => done('went out'); one.onerror = () => done('stopped') })",
    image:
      "new Promise((done) => { const one = new Image(); one.onload = () => done('went out'); one.onerror = () => done('stopped'); one.src = 'https://example.org/x.png' })",
    'style sheet': `new Promise((done) => { const one = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: 'https://example.org/x.css' })
      one.onload = () => done('went out'); one.onerror = () => done('stopped'); document.head.append(one) })`,
    script: `new Promise((done) => { const one = Object.assign(document.createElement('script'), { src: 'https://example.org/x.js' })
      one.onload = () => done('went out'); one.onerror = () => done('stopped'); document.head.append(one) })`,
    worker: `new Promise((done) => { try { const one = new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))); one.onmessage = () => done('went out')
      one.onerror = () => done('stopped') } catch { done('stopped') } })`,
  }
  for (const [name, expression] of Object.entries(tries)) expect.soft(await asPage(app.page, expression), name).toBe('stopped')
  // Not even asked for: the policy came before the missing network.
  expect(await desktopHost.standIn.network()).toEqual([])
})

test('a page that tries an inline script, eval or a handler in markup is stopped', async ({ app, console }) => {
  console.expect(/Content Security Policy|policy:|Refused to/)
  await asPage(
    app.page,
    `{ window.ran = []
       const inline = document.createElement('script'); inline.textContent = 'ran.push("inline")'; document.head.append(inline)
       const holder = document.createElement('div'); holder.innerHTML = '<img src="data:," onerror="ran.push(1)"><svg onload="ran.push(2)"></svg>'
       document.body.append(holder)
       const link = Object.assign(document.createElement('a'), { href: 'javascript:ran.push("link")' }); document.body.append(link); link.click() }`,
  )
  expect(await asPage(app.page, "eval('1 + 1')")).toMatch(/^threw EvalError/)
  expect(await asPage(app.page, "new Function('return 1')()")).toMatch(/^threw EvalError/)
  expect(await asPage(app.page, "new Promise((done) => { setTimeout('ran.push(3)'); setTimeout(() => done(ran), 50) })")).toEqual([])
})

test('the page has three functions, as copies, and nothing else of this computer', async ({ app }) => {
  const page = app.page
  expect(await asPage(page, 'Object.keys(glancer).sort()')).toEqual(['addFiles', 'call', 'onDelta'])
  expect(await asPage(page, '(() => { try { glancer.call = 1 } catch {} ; delete window.glancer; return typeof glancer.call })()')).toBe(
    'function',
  )
  expect(await asPage(page, 'Object.isFrozen(glancer)')).toBe(true)
  for (const name of ['process', 'require', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron', '__dirname']) {
    expect.soft(await asPage(page, `typeof ${name}`), name).toBe('undefined')
  }
  // What the preload sets on its own side is not seen here, nor what the page sets there.
  expect(await asPage(page, 'Object.getOwnPropertyNames(window).filter((name) => /receive|files |post |standIn/.test(name))')).toEqual([])
  expect(await asPage(page, 'glancer.call.constructor === Function')).toBe(true)
})

test('messages of a frame inside the page are refused', async ({ app, desktopHost }) => {
  await asPage(
    app.page,
    "new Promise((done) => { const one = document.createElement('iframe'); one.onload = done; one.src = 'about:blank'; document.body.append(one) }).then(() => 1)",
  )
  // It has no bridge of its own …
  expect(await asPage(app.page, "typeof document.querySelector('iframe').contentWindow.glancer")).toBe('undefined')
  // … and whoever takes its process over and finds the channel is not heard, although its origin is the page's.
  const refused = JSON.stringify(await desktopHost.standIn.sendAsFrame('about:blank', 'glancer:call', 'app.snapshot', '{}'))
  expect(refused).toContain('not-allowed')
  const paths = JSON.stringify(await desktopHost.standIn.sendAsFrame('about:blank', 'glancer:add-files', ['/etc/passwd']))
  expect(paths).toContain('own page')
})

test('hostile arguments are refused with a clear error, and nothing crashes', async ({ app, desktop }) => {
  const call = (name: string, input: string): string =>
    `glancer.call(${name}, ${input}).then((answer) => answer.ok ? 'ok' : answer.error.code, (error) => 'threw ' + error.message)`
  const deep = '(() => { let deep = {}; for (let at = 0; at < 5000; at++) deep = { deep }; return deep })()'
  const tries: [string, string | RegExp][] = [
    [call("'app.snapshot'", '{}'), 'ok'],
    [call("'no.such'", '{}'), 'unknown-command'],
    [call("'__proto__'", '{}'), 'unknown-command'],
    [call("'constructor'", '{}'), 'unknown-command'],
    [call("{ toString: () => 'app.snapshot' }", '{}'), /unknown-command|threw/],
    [call('null', '{}'), 'unknown-command'],
    [call("'transfers.detail'", '{ id: 5 }'), 'bad-argument'],
    [call("'transfers.detail'", "{ id: 'a', more: 1 }"), 'bad-argument'],
    [call("'transfers.detail'", 'JSON.parse(\'{"id":"a","__proto__":{"admin":true}}\')'), 'bad-argument'],
    [call("'transfers.detail'", 'JSON.parse(\'{"id":"a","constructor":{"prototype":{}}}\')'), 'bad-argument'],
    [call("'transfers.detail'", "{ id: 'x'.repeat(5_000_000) }"), 'too-large'],
    [call("'files.inspect'", '{ fileIds: Array.from({ length: 100_000 }, String) }'), 'bad-argument'],
    [call("'transfers.detail'", '{ id: 1n }'), /threw|bad-argument/],
    [call("'transfers.detail'", 'undefined'), 'bad-argument'],
  ]
  for (const [expression, expected] of tries) {
    const answer = String(await app.page.evaluate(expression))
    if (typeof expected === 'string') expect.soft(answer, expression).toBe(expected)
    else expect.soft(answer, expression).toMatch(expected)
  }
  const thrown: [string, RegExp][] = [
    [`glancer.call('transfers.detail', ${deep})`, /depth|bad-argument/],
    ["(() => { const round = {}; round.round = round; return glancer.call('transfers.detail', round) })()", /depth|circular/i],
    ["glancer.call('transfers.detail', Symbol('x'))", /cloned/],
    ["glancer.call('transfers.detail', { get id() { throw new Error('trap') } })", /trap/],
    ["glancer.addFiles('/etc/passwd')", /./],
    ["glancer.addFiles([{ name: '/etc/passwd', path: '/etc/passwd' }])", /./],
    ['glancer.addFiles(null)', /./],
  ]
  for (const [expression, message] of thrown) {
    const said = await app.page.evaluate(
      `(async () => { try { return JSON.stringify(await ${expression}) } catch (error) { return 'threw ' + error.message } })()`,
    )
    expect.soft(String(said), expression).toMatch(message)
    expect.soft(String(said), expression).not.toContain('fileId')
  }
  const made = await app.page.evaluate("glancer.addFiles([new File(['x'], '/etc/passwd')])")
  expect(made).toEqual([{ name: expect.stringContaining('passwd'), problem: 'This is not a file on this computer.' }])
  const flood = await app.page.evaluate(
    "Promise.all(Array.from({ length: 2000 }, () => glancer.call('no.such', {}))).then((all) => all.length)",
  )
  expect(flood).toBe(2000)
  expect(await app.page.evaluate(call("'app.snapshot'", '{}'))).toBe('ok')
  expect(await app.page.evaluate('({}).admin')).toBeUndefined()
  expect(await desktop.app.evaluate(() => ({}) as { admin?: true })).toEqual({})
})
