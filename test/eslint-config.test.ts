import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import test from 'node:test'
import { ESLint, Linter } from 'eslint'
import tseslint from 'typescript-eslint'

/** What a file must not import, and what it may. */
const BORDERS: readonly {
  readonly file: string
  readonly no: readonly string[]
  readonly yes: readonly string[]
}[] = [
  {
    file: 'lib/core/errors.ts',
    no: ['../engine/plan.ts', '../view/view.ts', '../../steps/lab.ts', 'listr2', 'zx', 'node:fs'],
    yes: ['./json.ts'],
  },
  {
    file: 'lib/ports/step.ts',
    no: ['../linux/linux.ts', '../kube-client/open-cluster.ts', '../engine/plan.ts'],
    yes: ['./host.ts', './cluster.ts', '../core/clock.ts'],
  },
  {
    file: 'lib/engine/plan.ts',
    no: [
      '../linux/linux.ts',
      '../state/lock.ts',
      '../kube-client/overlay.ts',
      '../view/open-view.ts',
      '../lab/layout.ts',
      '../../steps/lab.ts',
      '../../run.ts',
      'listr2',
      'zx/core',
      'node:fs',
      'node:child_process',
    ],
    yes: [
      './command.ts',
      '../ports/step.ts',
      '../ports/events.ts',
      '../core/errors.ts',
      '../core/json.ts',
      '../core/clock.ts',
      'node:crypto',
    ],
  },
  {
    file: 'lib/lab/layout.ts',
    no: [
      '../linux/linux.ts',
      '../kube-client/open-cluster.ts',
      '../view/view.ts',
      '../cli/main.ts',
    ],
    yes: ['../ports/resources.ts', '../inventory/inventory.ts', '../ports/step.ts'],
  },
  {
    file: 'lib/linux/kinds/file.ts',
    no: [
      'zx',
      'zx/core',
      '../../kube-client/reader.ts',
      '../../engine/plan.ts',
      '../../view/view.ts',
    ],
    yes: ['./kind.ts', '../files.ts', '../../core/errors.ts', 'node:fs/promises'],
  },
  { file: 'lib/process/command.ts', no: ['listr2', '../view/view.ts'], yes: ['zx', 'zx/core'] },
  {
    file: 'lib/kube-client/reader.ts',
    no: ['../linux/linux.ts', '../engine/plan.ts', 'zx'],
    yes: ['../ports/cluster.ts', '../core/json.ts', 'undici'],
  },
  {
    file: 'lib/kube-client/lease/lease.ts',
    no: ['../../linux/linux.ts', '../../cli/main.ts'],
    yes: ['../failures.ts', '../../core/json.ts'],
  },
  {
    file: 'lib/objects/diff.ts',
    no: ['../kube-client/reader.ts', 'node:fs'],
    yes: ['../ports/cluster.ts'],
  },
  {
    file: 'lib/view/live-view.ts',
    no: ['../engine/plan.ts', '../linux/linux.ts', '../kube-client/reader.ts', 'node:fs'],
    yes: ['../ports/events.ts', '../ports/step.ts', '../core/errors.ts', './view.ts', 'listr2'],
  },
  {
    file: 'lib/cli/main.ts',
    no: ['listr2', 'zx', '../../run.ts'],
    yes: ['../../steps/lab.ts', '../linux/linux.ts', '../view/open-view.ts'],
  },
  {
    file: 'steps/coredns/busybox-pod.ts',
    no: [
      'listr2',
      'zx',
      'node:fs',
      '../../lib/view/view.ts',
      '../../lib/cli/main.ts',
      '../../lib/linux/linux.ts',
      '../../lib/kube-client/open-cluster.ts',
    ],
    yes: ['../../lib/ports/step.ts', '../../lib/ports/resources.ts', '../../lib/ports/cluster.ts'],
  },
  { file: 'run.ts', no: ['listr2', 'zx'], yes: ['./lib/cli/main.ts'] },
]

const eslint = new ESLint()
const linter = new Linter()

/** How many of the file's border rules object to `code`. */
async function objections(file: string, code: string): Promise<number> {
  const config = (await eslint.calculateConfigForFile(file)) as Pick<Linter.Config, 'rules'>
  const { 'no-restricted-imports': imports, 'no-restricted-syntax': syntax } = config.rules ?? {}
  assert.ok(imports !== undefined && syntax !== undefined, `${file} has borders`)
  const messages = linter.verify(
    code,
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      rules: { 'no-restricted-imports': imports, 'no-restricted-syntax': syntax },
    },
    file,
  )
  assert.deepEqual(
    messages.filter(({ fatal }) => fatal === true),
    [],
  )
  return messages.length
}

for (const { file, no, yes } of BORDERS) {
  test(`${file} stays within its borders`, async () => {
    for (const name of no) {
      const ways = [
        `import { a } from '${name}'`,
        `import type { A } from '${name}'`,
        `export { a } from '${name}'`,
        `const a = await import('${name}')`,
        `type A = import('${name}').A`,
      ]
      for (const code of ways) {
        assert.equal((await objections(file, code)) > 0, true, `${code} is refused`)
      }
    }
    for (const name of yes) {
      const code = `import { a } from '${name}'\nconst b = await import('${name}')`
      assert.equal(await objections(file, code), 0, `${code} is allowed`)
    }
  })
}

test('every folder of lib is a room with borders, and no two rooms import each other', async () => {
  const folders = await readdir('lib', { withFileTypes: true })
  const rooms = folders.filter((one) => one.isDirectory()).map(({ name }) => name)
  for (const a of rooms) {
    for (const b of rooms.filter((name) => name > a)) {
      const ways = await Promise.all([mayImport(a, b), mayImport(b, a)])
      assert.equal(ways.every(Boolean), false, `${a} and ${b} may import each other`)
    }
  }
  assert.equal(await mayImport('a-new-folder', 'core'), false)
})

async function mayImport(from: string, to: string): Promise<boolean> {
  return (await objections(`lib/${from}/x.ts`, `import { a } from '../${to}/x.ts'`)) === 0
}
