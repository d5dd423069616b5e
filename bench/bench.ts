import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROJECT_FOLDER } from '../lib/cli/project.ts'
import { run } from '../lib/process/command.ts'
import { binOf, layoutOf } from '../lib/lab/layout.ts'
import { type Contest, measure, table } from './contest.ts'
import { kubectlReplay, kubectlLookOn, kubectlUndo } from './kubectl.ts'

/** Pairs that are measured of each contest. */
const ROUNDS = 5

/** A lab of its own beside the user's, so that nobody's chapter is rolled back for a figure. */
const INVENTORY = `target: lab
lab:
  name: bench
  network: 192.168.197.0/24
  machine: 192.168.197.1
  controllers:
    - { name: bench-c0, address: 192.168.197.200 }
    - { name: bench-c1, address: 192.168.197.201 }
    - { name: bench-c2, address: 192.168.197.202 }
  workers:
    - { name: bench-w0, address: 192.168.197.210, podCIDR: 10.200.0.0/24 }
    - { name: bench-w1, address: 192.168.197.211, podCIDR: 10.200.1.0/24 }
    - { name: bench-w2, address: 192.168.197.212, podCIDR: 10.200.2.0/24 }
`

const folder = await mkdtemp(join(tmpdir(), 'hardway-bench-'))
const inventory = join(folder, 'inventory.yaml')
const layout = layoutOf('bench')
const program = [join(PROJECT_FOLDER, 'node_modules/.bin/tsx'), join(PROJECT_FOLDER, 'run.ts')]
const hardway = (...words: string[]) => [...program, '--inventory', inventory, ...words]
const kubectl = {
  program: join(binOf(layout, 'kubernetes'), 'kubectl'),
  kubeconfig: layout.adminKubeconfig,
  manifest: join(PROJECT_FOLDER, 'manifests/coredns-1.6.2.yaml'),
}
const runOrThrow = async (argv: readonly string[]): Promise<void> => {
  const { code, stdout, stderr } = await run(argv)
  if (code !== 0)
    throw new Error(`${argv.join(' ')}: exit code ${String(code)}\n${stdout}${stderr}`)
}

const image = async (): Promise<string> => {
  const template = '{.spec.containers[0].image}'
  const ask = ['get', 'pod', 'busybox', '-o', `jsonpath=${template}`]
  return (await run([kubectl.program, '--kubeconfig', kubectl.kubeconfig, ...ask])).stdout
}

try {
  await writeFile(inventory, INVENTORY)
  console.log('building the bench lab and replaying the chapter once …')
  const since = performance.now()
  await runOrThrow(hardway('lab', 'up'))
  console.log(
    `lab up from nothing, programs cached: ${((performance.now() - since) / 1000).toFixed(1)} s`,
  )
  await runOrThrow(hardway())
  const probe = await image()
  const contests: readonly Contest[] = [
    {
      name: 'start-up to first line',
      ours: () => runOrThrow([...program, '--version']),
      theirs: () => runOrThrow([kubectl.program, 'version', '--client']),
    },
    {
      name: 'nothing to change',
      ours: () => runOrThrow(hardway()),
      theirs: () => kubectlLookOn(kubectl),
    },
    {
      name: 'dry-run',
      ours: () => runOrThrow(hardway('--dry-run')),
      theirs: () =>
        runOrThrow([
          ...[kubectl.program, '--kubeconfig', kubectl.kubeconfig],
          ...[
            'apply',
            '--server-side',
            '--dry-run=server',
            '--field-manager=hardway',
            '-f',
            kubectl.manifest,
          ],
        ]),
    },
    {
      name: 'fresh replay',
      before: async () => {
        await runOrThrow(hardway('rollback'))
        await kubectlUndo(kubectl)
      },
      ours: () => runOrThrow(hardway()),
      theirs: () => kubectlReplay(kubectl, probe),
      between: () => runOrThrow(hardway('rollback')),
    },
  ]
  for (const contest of contests) console.log(table(contest.name, await measure(contest, ROUNDS)))
} finally {
  await run(hardway('lab', 'down'))
  await rm(folder, { recursive: true, force: true })
}
