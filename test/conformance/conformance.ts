import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Edition } from '../../lib/inventory/editions.ts'
import { binOf, containerdSocket } from '../../lib/lab/layout.ts'
import { run as execute } from '../../lib/process/command.ts'
import { runOrThrow } from '../../lib/process/run-or-throw.ts'
import { families } from '../../lib/supply/pins.ts'
import { acquirePrograms } from '../../lib/supply/programs/acquire.ts'
import { lookPrograms } from '../../lib/supply/programs/cache.ts'
import { cacheDirOf } from '../../lib/supply/programs/context.ts'
import { type Job, throttled } from '../../lib/supply/programs/job.ts'
import { assertCode } from '../e2e/events.ts'
import { inventory } from '../e2e/inventory.ts'
import { labDown, labStatus, layout } from '../e2e/lab.ts'
import { noLab } from '../e2e/no-lab.ts'
import { PROJECT, run } from '../e2e/program.ts'
import { makeImages } from './images.ts'
import { LEFT_OUT, listSpecs, leavingOut, type Spec, specOf } from './specs.ts'
import { table } from './table.ts'

/**
 * Kubernetes' own specs for DNS, of the very Kubernetes that the lab runs, on a lab of edition 2020 and on one of
 * edition current: `npm run test:conformance`. The first time builds them, and each time takes several minutes, so
 * `npm test` leaves it out.
 */
const skip = noLab
const FILE = inventory({ size: '1+2' })
const EDITIONS: readonly Edition[] = [2020, 'current']

const job: Job = {
  context: { cacheDir: cacheDirOf(process.env), projectDir: PROJECT, env: process.env },
  progress: throttled((text) => process.stderr.write(`  … ${text}\n`)),
  signal: new AbortController().signal,
}

let folder = ''
let program = ''
let archives: readonly string[] = []
let known: readonly Spec[] = []
const results = new Map<Edition, readonly Spec[]>()

before(async () => {
  if (noLab !== false) return
  await labDown()
  folder = await mkdtemp(join(tmpdir(), 'hardway-conformance-'))
  if ((await lookPrograms(families.conformance, job.context)) === null) {
    process.stderr.write(
      '  … the specs are built once: a minute or two where Kubernetes was built here too, else several\n',
    )
  }
  const { dir } = await acquirePrograms(families.conformance, job)
  program = join(dir, 'conformance')
  archives = await makeImages(program, folder, job)
  known = await listSpecs(program)
})

after(async () => {
  if (noLab !== false) return
  await labDown()
  process.stdout.write(table(known, results))
  if (folder !== '') await rm(folder, { recursive: true })
})

test('no conformance spec is left out, and what is left out is there', { skip }, () => {
  const names = known.map(({ name }) => name)
  const left = known.filter(({ name }) => name in LEFT_OUT)
  assert.deepEqual(
    left.filter(({ conformance }) => conformance),
    [],
  )
  assert.deepEqual(
    Object.keys(LEFT_OUT).filter((name) => !names.includes(name)),
    [],
  )
})

for (const edition of EDITIONS) {
  test(`edition ${edition} passes the specs`, { skip }, async (t) => {
    await labDown()
    assertCode(await run(['--edition', String(edition), '--json', '--inventory', FILE]), 0)
    await importImages()
    const { done, code, log } = await carryOut()
    results.set(edition, done)
    const failed = code !== 0 || done.some(({ state }) => state !== 'passed')
    const file = join(tmpdir(), `hardway-conformance-${edition}.log`)
    if (failed) await writeFile(file, log)
    const wanted = known.filter(({ name }) => !(name in LEFT_OUT)).map(({ name }) => name)
    assert.deepEqual(done.map(({ name }) => name).sort(), wanted.toSorted(), `see ${file}`)
    for (const { name, state, said } of done) {
      await t.test(name, () => {
        assert.equal(state, 'passed', `${said}\nall that was said: ${file}`)
      })
    }
    assert.equal(code, 0, `see ${file}`)
  })
}

/** Each worker gets the images, since no registry need be in reach. */
async function importImages(): Promise<void> {
  const ctr = `${binOf(layout, 'containerd')}/ctr`
  for (const { name, role } of (await labStatus(FILE)).hosts) {
    if (role !== 'worker') continue
    const into = ['--address', containerdSocket(layout, name), '--namespace', 'k8s.io']
    for (const archive of archives) await runOrThrow([ctr, ...into, 'images', 'import', archive])
  }
}

/** Runs the specs that are not left out; `log` is all that was said of those that failed. */
async function carryOut(): Promise<{ done: readonly Spec[]; code: number; log: string }> {
  const done: Spec[] = []
  const argv = [
    ...[program, '--kubeconfig', layout.adminKubeconfig, '--provider', 'skeleton'],
    ...['--kubectl-path', `${binOf(layout, 'kubernetes')}/kubectl`],
    ...leavingOut(Object.keys(LEFT_OUT)),
  ]
  const { code, stderr: log } = await execute(argv, {
    onLine: (line, stream) => {
      const spec = stream === 'stdout' ? specOf(line) : null
      if (spec === null) return
      done.push(spec)
      process.stderr.write(`  … ${spec.state} after ${spec.seconds.toFixed(0)} s: ${spec.name}\n`)
    },
  })
  return { done, code, log }
}
