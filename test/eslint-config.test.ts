import assert from 'node:assert/strict'
import test from 'node:test'
import { ESLint, Linter } from 'eslint'
import tseslint from 'typescript-eslint'

/** The borders of design.md, "Layers": what a file must not import, and what it may. */
const BORDERS: readonly {
  readonly file: string
  readonly no: readonly string[]
  readonly yes: readonly string[]
}[] = [
  {
    file: 'lib/errors.ts',
    no: ['./engine/plan.ts', './view/view.ts', '../steps/index.ts', 'listr2', 'zx'],
    yes: ['./json.ts'],
  },
  {
    file: 'lib/step.ts',
    no: ['./host/linux.ts', './cluster/kubernetes.ts', './engine/events.ts'],
    yes: ['./host/host.ts', './cluster/cluster.ts', './clock.ts'],
  },
  {
    file: 'lib/engine/plan.ts',
    no: [
      '../host/linux.ts',
      '../host/host.ts',
      '../cluster/overlay.ts',
      '../view/open-view.ts',
      '../lab/layout.ts',
      '../../steps/index.ts',
      '../../run.ts',
      'listr2',
      'zx/core',
      '@kubernetes/client-node',
    ],
    yes: ['./events.ts', '../step.ts', '../errors.ts', '../json.ts', '../clock.ts', 'node:fs'],
  },
  {
    file: 'lib/lab/layout.ts',
    no: ['../host/linux.ts', '../cluster/open-cluster.ts', '../view/view.ts', '../cli/main.ts'],
    yes: ['../host/resources.ts', '../inventory/inventory.ts', '../step.ts'],
  },
  {
    file: 'lib/host/kinds/file.ts',
    no: [
      'zx',
      'zx/core',
      '../../cluster/cluster.ts',
      '../../engine/events.ts',
      '../../view/view.ts',
    ],
    yes: ['./kind.ts', '../files.ts', '../../errors.ts', 'node:fs/promises'],
  },
  { file: 'lib/host/command.ts', no: ['listr2', '../view/view.ts'], yes: ['zx', 'zx/core'] },
  {
    file: 'lib/cluster/reader.ts',
    no: [
      '@kubernetes/client-node',
      '@kubernetes/client-node/dist/config.js',
      '../host/host.ts',
      'zx',
    ],
    yes: ['./cluster.ts', '../json.ts', 'undici'],
  },
  { file: 'lib/cluster/kubernetes.ts', no: ['listr2', 'zx'], yes: ['@kubernetes/client-node'] },
  {
    file: 'lib/view/live-view.ts',
    no: ['listr2', '../engine/plan.ts', '../host/host.ts', '../cluster/cluster.ts', '../clock.ts'],
    yes: ['../engine/events.ts', '../step.ts', '../errors.ts', '../json.ts', './view.ts'],
  },
  { file: 'lib/view/task-list.ts', no: ['zx', '../engine/plan.ts'], yes: ['listr2'] },
  {
    file: 'lib/cli/main.ts',
    no: ['listr2', 'zx', '@kubernetes/client-node', '../../run.ts'],
    yes: ['../../steps/index.ts', '../host/linux.ts', '../view/open-view.ts'],
  },
  {
    file: 'steps/coredns/busybox-pod.ts',
    no: [
      'listr2',
      'zx',
      '@kubernetes/client-node',
      'node:fs',
      '../../lib/view/view.ts',
      '../../lib/cli/main.ts',
      '../../lib/host/linux.ts',
      '../../lib/cluster/open-cluster.ts',
    ],
    yes: ['../../lib/step.ts', '../../lib/host/resources.ts', '../../lib/cluster/cluster.ts'],
  },
  { file: 'run.ts', no: ['listr2', 'zx', '@kubernetes/client-node'], yes: ['./lib/cli/main.ts'] },
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
