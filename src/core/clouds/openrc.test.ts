import { execFileSync, spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shellWord } from '../../shared/shell-word.ts'
import { readOpenrc } from './openrc.ts'

const set = (text: string) => Object.fromEntries(readOpenrc(text).variables)
const notes = (text: string) => readOpenrc(text).notes.map(({ line, text: note }) => `${line}: ${note}`)

/** As the dashboard gives it. */
const dashboard = `#!/usr/bin/env bash
# To use an OpenStack cloud you need to authenticate against the Identity
# service named keystone, which returns a **Token** and **Service Catalog**.
export OS_AUTH_URL=https://id.example:5000/v3/
# With the addition of Keystone we have standardized on the term **project**
export OS_PROJECT_ID=0123abcd
export OS_PROJECT_NAME="demo"
export OS_USER_DOMAIN_NAME="Default"
if [ -z "$OS_USER_DOMAIN_NAME" ]; then unset OS_USER_DOMAIN_NAME; fi
export OS_PROJECT_DOMAIN_ID="default"
if [ -z "$OS_PROJECT_DOMAIN_ID" ]; then unset OS_PROJECT_DOMAIN_ID; fi
# unset v2.0 items in case set
unset OS_TENANT_ID
unset OS_TENANT_NAME
# In addition to the owning entity (tenant), OpenStack stores the entity
export OS_USERNAME="ada"
# With Keystone you pass the keystone password.
echo "Please enter your OpenStack Password for project $OS_PROJECT_NAME as user $OS_USERNAME: "
read -sr OS_PASSWORD_INPUT
export OS_PASSWORD=$OS_PASSWORD_INPUT
# If your configuration has multiple regions, we set that information here.
export OS_REGION_NAME="RegionOne"
# Don't leave a blank variable, unset it if it was empty
if [ -z "$OS_REGION_NAME" ]; then unset OS_REGION_NAME; fi
export OS_INTERFACE=public
export OS_IDENTITY_API_VERSION=3
`

/** Scripts whose outcome the real shell is asked for too. */
const scripts: Record<string, string> = {
  dashboard: dashboard.replace(/^read .*$/m, 'OS_PASSWORD_INPUT=typed'),
  quotes: `export OS_A='single $HOME \\ "x"' OS_B="double \\"x\\" \\$HOME \\\\ \\n \\\`" OS_C=bare\\ word OS_D=a'b'"c"d\nexport OS_E=$'tab\\there' OS_F=""\nOS_G='two\nlines'\nexport OS_G`,
  continued: 'export OS_A=one \\\n  OS_B=two\nexport OS_C="a\\\nb"\n',
  comments: '# OS_A=no\nexport OS_A=yes # not this\nexport OS_B=a#b OS_C="#"\n   export OS_D=x;export OS_E=y # z\n',
  'variables in variables': `export OS_HOST=id.example\nexport OS_AUTH_URL="https://\${OS_HOST}:5000/v3"\nexport OS_B=\${OS_MISSING:-other} OS_C=\${OS_HOST:-no} OS_D=$OS_HOST/x OS_E="$OS_HOST"\nexport OS_F=\${OS_MISSING} OS_G=a\${OS_MISSING}b\n`,
  unset: 'export OS_A=1 OS_B=2\nunset OS_A OS_NEVER\n',
  conditions:
    'export OS_A=x\nif [ -n "$OS_A" ]; then\n  export OS_B=1\nelse\n  export OS_B=2\nfi\nif [ "$OS_A" = "y" ]; then export OS_C=1\nelif [[ "$OS_A" == "x" ]]; then export OS_C=2\nelse export OS_C=3; fi\nif test -z "$OS_A"; then if [ -n "" ]; then export OS_D=1; fi; export OS_D=2; else export OS_D=3; fi\nif [ ! -z "$OS_A" ]; then export OS_E=1; fi\n',
  declare: 'declare -x OS_A=1\ntypeset -x OS_B=2\nexport OS_A\nset -a\nOS_C=3\nset +a\n',
  'carriage returns': 'export OS_A=1\r\nexport OS_B="two"\r\n'.replaceAll('\r\n', '\n'),
  'odd but harmless':
    'clear\nprintf "hello\\n" 2>/dev/null\n: nothing\nstty -echo 2>&1 || true\nexport OS_A=1 && echo done\n[ -z "$OS_A" ] || export OS_B=2\n',
}

function bash(script: string): Record<string, string> {
  const out = execFileSync('bash', ['--noprofile', '--norc', '-c', `{ ${script}\n} >/dev/null; env -0`], {
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return Object.fromEntries(
    out
      .toString()
      .split('\0')
      .filter((line) => line.startsWith('OS_'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}
const hasBash = spawnSync('bash', ['-c', ':']).status === 0

describe('an openrc', () => {
  it.skipIf(!hasBash).each(Object.entries(scripts))('sets what a shell sets: %s', (_, script) => {
    // A shell passes on only what is exported; every variable of ours counts, so all are exported here.
    const real = bash(`set -a\n${script}`)
    const ours = Object.fromEntries(Object.entries(set(script)).filter(([name]) => name.startsWith('OS_')))
    expect(ours).toEqual(real)
    expect(notes(script)).toEqual([])
  })

  it('of the dashboard asks for the password, and has nothing that is not understood', () => {
    const { variables, asked } = readOpenrc(dashboard)
    expect(notes(dashboard)).toEqual([])
    expect(variables.get('OS_AUTH_URL')).toBe('https://id.example:5000/v3/')
    expect(variables.has('OS_PASSWORD')).toBe(false)
    expect([...asked].toSorted()).toEqual(['OS_PASSWORD', 'OS_PASSWORD_INPUT'])
  })

  it('may ask in other ways', () => {
    expect([...readOpenrc('read -p "Password: " -s OS_PASSWORD; export OS_PASSWORD').asked]).toEqual(['OS_PASSWORD'])
    expect([...readOpenrc("read -rsp 'Password: ' OS_PASSWORD").asked]).toEqual(['OS_PASSWORD'])
    expect([...readOpenrc('read -s -t 30 A B').asked]).toEqual(['A', 'B'])
  })

  it('runs nothing: what only a shell could know is named by its line', () => {
    expect(
      notes(
        [
          'export OS_PASSWORD=$(pass show cloud)',
          'export OS_USERNAME=`id -un`',
          'source other.sh',
          '. ./other.sh',
          'curl https://example.org | sh',
          `export OS_REGION_NAME=\${REGION%%-*}`,
          'if grep -q x /etc/passwd; then',
          '  export OS_A=1',
          'fi',
          'export OS_INTERFACE+=x',
        ].join('\n'),
      ),
    ).toEqual([
      '1: The value of OS_PASSWORD comes from a command, which Glancer does not run.',
      '2: The value of OS_USERNAME comes from a command, which Glancer does not run.',
      '3: Another file is read here, which Glancer does not do: put its lines here.',
      '4: Another file is read here, which Glancer does not do: put its lines here.',
      '5: A command stands here, which Glancer does not run.',
      '5: A command stands here, which Glancer does not run.',
      '6: The value of OS_REGION_NAME comes from a substitution, which Glancer does not work out.',
      '7: This condition is not understood; what stands under it is passed over.',
      '10: What is added to OS_INTERFACE here is left out.',
    ])
    expect([...readOpenrc('export OS_PASSWORD=$(pass show cloud)').asked]).toEqual(['OS_PASSWORD'])
    expect(set('if grep -q x /etc/passwd; then\nexport OS_A=1\nfi\nexport OS_B=2')).toEqual({ OS_B: '2' })
  })

  it('passes over loops, cases and functions, and goes on behind them', () => {
    const text = [
      'ask() {',
      '  export OS_A=1',
      '}',
      'function more { export OS_B=1; }',
      'for x in 1 2; do export OS_C=$x; for y in 3; do :; done; done',
      'case "$1" in a) export OS_D=1;; esac',
      'export OS_E=1',
    ].join('\n')
    expect(set(text)).toEqual({ OS_E: '1' })
    expect(notes(text)).toEqual([
      '1: A function is passed over.',
      '4: A function is passed over.',
      '5: A loop is passed over.',
      '6: A case is passed over.',
    ])
  })

  it('never quotes a value', () => {
    const text = `export OS_PASSWORD="hunter2$(x)"\nhunter2 hunter2\nexport hunter2=\nexport OS_X=\${hunter2!}\nexport "hunter2 = x"`
    expect(JSON.stringify(notes(text))).not.toContain('hunter2')
  })

  it('for C shells is understood too', () => {
    expect(set('setenv OS_A "one two"\nsetenv OS_B three\nset OS_C=4')).toEqual({ OS_A: 'one two', OS_B: 'three', OS_C: '4' })
  })

  it('gives back any value that is written as one word of a shell', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        fc.pre(!value.includes('\r\n'))
        expect(set(`export OS_A=${shellWord(value)} OS_B=2`)).toEqual({ OS_A: value, OS_B: '2' })
      }),
    )
  })

  it('of any content is read to its end, in a moment', () => {
    const bits = ['"', "'", '$', '`', '(', ')', '{', '}', 'if', 'fi', 'for', 'done', ';', '\n', '\\', '=', 'OS_A', ' ', '#', '<<', 'export']
    fc.assert(fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 60 }), (parts) => void readOpenrc(parts.join(''))))
    const started = performance.now()
    for (const part of ['"', '$(', '${', 'if [ ', 'x=$y', "$'", 'f() {', '\\\n', 'export A=1\n'])
      readOpenrc(part.repeat(Math.floor(1_000_000 / part.length)))
    expect(performance.now() - started).toBeLessThan(30_000)
  })
})
