// Who may import whom, as one table, checked over every import of every source file (types included), and that no import runs in a circle.
// First the check checks itself: on a small tree that breaks each rule once.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise } from 'dependency-cruiser'
import { root } from './lib/setup.mjs'

/** A file belongs to the first room that its path begins with. `own` lists folders and files, `packages` names in node_modules. */
const rooms = [
  { room: 'src/shared/', own: ['src/shared/'], packages: ['zod'], node: false },
  {
    room: 'src/core/transfers/worker/',
    own: ['src/core/transfers/worker/', 'src/core/formats/', 'src/shared/'],
    packages: ['hash-wasm'],
    node: true,
  },
  { room: 'src/core/service/hashing/hash-worker.ts', own: ['src/core/service/hashing/'], packages: [], node: true },
  { room: 'src/core/', own: ['src/core/', 'src/shared/'], packages: ['undici', 'zod', 'yaml', 'hash-wasm'], node: true },
  { room: 'src/main/', own: ['src/main/', 'src/core/', 'src/shared/'], packages: ['electron', 'zod'], node: true },
  { room: 'src/preload/', own: ['src/preload/', 'src/shared/'], packages: ['electron'], node: false },
  { room: 'src/web/', own: ['src/web/', 'src/core/', 'src/shared/', 'package.json'], packages: ['ws', 'zod'], node: true },
  { room: 'src/cli/', own: ['src/cli/', 'src/core/', 'src/shared/'], packages: ['zod'], node: true },
  {
    room: 'src/renderer/',
    own: ['src/renderer/', 'src/shared/'],
    packages: [
      '@base-ui/react',
      '@tanstack/react-virtual',
      'clsx',
      'cmdk',
      'lucide-react',
      'react',
      'react-dom',
      '@types/react',
      '@types/react-dom',
      'uplot',
      'zod',
      'zustand',
    ],
    node: false,
  },
]

/** Tests and their helpers may reach into any room; nothing that ships may reach into them. */
const tests = '(\\.test\\.tsx?$|/testing/)'

/** One import each that breaks one rule: file, what it imports, and the rule that has to say so. */
const samples = [
  ['src/shared/a.ts', 'node:fs', 'src/shared/'],
  ['src/core/a.ts', '../main/ok.ts', 'src/core/'],
  ['src/core/b.ts', 'electron', 'src/core/'],
  ['src/core/transfers/worker/a.ts', '../../ok.ts', 'src/core/transfers/worker/'],
  ['src/core/service/hashing/hash-worker.ts', '../../ok.ts', 'src/core/service/hashing/hash-worker.ts'],
  ['src/main/a.ts', '../web/ok.ts', 'src/main/'],
  ['src/preload/a.ts', 'node:path', 'src/preload/'],
  ['src/web/a.ts', '../renderer/ok.ts', 'src/web/'],
  ['src/cli/a.ts', 'electron', 'src/cli/'],
  ['src/renderer/a.tsx', '../core/ok.ts', 'src/renderer/'],
  ['src/web/b.ts', './ok.test.ts', 'nothing imports tests'],
  ['src/web/c.ts', './missing.ts', 'every import leads somewhere'],
  ['src/web/d.ts', './e.ts', 'no circles'],
  // The other half of it; a circle is reported once.
  ['src/web/e.ts', './d.ts', null],
]

const missed = await selfCheck()
if (missed.length > 0) {
  console.log(`The boundary check is blind: it did not see\n${missed.join('\n')}`)
  process.exit(1)
}
const { violations, modules } = await check(root)
for (const { rule, from, to } of violations) console.log(`${from} imports ${to}: not allowed by "${rule.name}"`)
console.log(`${modules} modules, ${violations.length} forbidden imports`)
process.exit(violations.length > 0 ? 1 : 0)

async function check(baseDir) {
  const { output } = await cruise(['src'], {
    baseDir,
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
    validate: true,
    ruleSet: { forbidden: rules() },
  })
  const { violations, totalCruised } = output.summary
  return { violations, modules: totalCruised }
}

function rules() {
  return [
    ...rooms.map(({ room, own, packages, node }, index) => ({
      name: room,
      severity: 'error',
      from: { path: `^${room}`, pathNot: [tests, ...rooms.slice(0, index).map((earlier) => `^${earlier.room}`)] },
      to: {
        pathNot: [...own.map((path) => `^${path}`), ...packages.map((name) => `(^|/)node_modules/${name}/`), '\\.css$'],
        // Unresolved ones have a rule of their own.
        couldNotResolve: false,
        ...(node && { dependencyTypesNot: ['core'] }),
      },
    })),
    { name: 'nothing imports tests', severity: 'error', from: { path: '^src/', pathNot: tests }, to: { path: tests } },
    { name: 'every import leads somewhere', severity: 'error', from: { path: '^src/', pathNot: tests }, to: { couldNotResolve: true } },
    { name: 'no circles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
  ]
}

async function selfCheck() {
  const tree = mkdtempSync(join(tmpdir(), 'glancer-boundaries-'))
  const write = (file, text) => {
    mkdirSync(join(tree, dirname(file)), { recursive: true })
    writeFileSync(join(tree, file), text)
  }
  try {
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'), 'junction')
    for (const folder of ['core', 'main', 'web', 'renderer']) write(`src/${folder}/ok.ts`, 'export type T = 1\n')
    write('src/web/ok.test.ts', 'export type T = 1\n')
    // Types are imports too.
    for (const [file, target] of samples) write(file, `import type { T } from '${target}'\nexport type { T }\n`)
    const { violations } = await check(tree)
    return samples
      .filter(([file, , rule]) => rule !== null && !violations.some((found) => found.from === file && found.rule.name === rule))
      .map(([file, target, rule]) => `  ${file} importing ${target} (${rule})`)
  } finally {
    rmSync(tree, { recursive: true })
  }
}
