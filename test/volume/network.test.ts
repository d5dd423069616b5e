import assert from 'node:assert/strict'
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { allEnded } from '../../lib/core/all-ended.ts'
import type { Explanation } from '../../lib/core/errors.ts'
import { messageOf } from '../../lib/core/errors.ts'
import { auditMark, auditedSince, isWriting } from '../e2e/audit.ts'
import { noLab } from '../e2e/no-lab.ts'
import { command } from '../e2e/program.ts'
import { pick, random } from '../objects/prior-states.ts'
import { chapterRun } from './chapter-run.ts'
import { DRIFTS } from './drifts.ts'
import { faultLab, SEED, SHARE } from './lab.ts'
import type { FaultLab } from './lab.ts'
import { ALL_FAULTS, networks, weatherOf } from './network.ts'
import type { Network, Weather } from './network.ts'
import { clear, readyPods, worldOf } from './world.ts'
import type { World } from './world.ts'

/** Between program and API server everything goes wrong that can: in the end it is right, or it says why not. */
const skip = noLab

/** Runs of each sort. The first ones have each kind of fault alone. */
const KINDS = ALL_FAULTS.length + 3
const some = (all: number, least: number): number => Math.max(least, Math.round(all * SHARE))
const RUNS = {
  unchanged: some(800, KINDS),
  drifted: some(150, 3),
  nothing: some(20, 1),
  commandLine: some(30, 1),
}

/** Small, so that a stalled request does not cost a run more than a few seconds. */
const LIMITS = { requestMs: 2_000, deadlineMs: 8_000, backoffMs: 20, stallMs: 800 }
/** containerd locks up for good a container in which a hundred commands at once are begun and given up. */
const AT_ONCE = 5
/** A run that has not ended by then hangs: its own limits add up to less. */
const HANG_MS = 300_000

let lab: FaultLab
let layNetwork: Awaited<ReturnType<typeof networks>>
/** As it is after an undisturbed run. */
let proven: World
let nothing: World
let home = ''

before(async () => {
  if (noLab !== false) return
  lab = await faultLab('badnet')
  layNetwork = await networks(lab)
  nothing = await worldOf(lab.people)
  home = join(lab.folder, 'home')
  assert.equal((await heal(home)).code, 0)
  proven = await worldOf(lab.people)
})

after(async () => {
  // Where there is none, `before` has said why.
  await (lab as FaultLab | undefined)?.down()
})

/** Without anything in between. */
async function heal(folder: string, mode: 'run' | 'rollback' = 'run') {
  const { kubeconfig, context } = lab
  return chapterRun({
    ...{ kubeconfig, context, folder, servers: [lab.server], userAgent: 'hardway/healer' },
    inventory: await lab.inventory(kubeconfig, context),
    command: mode === 'run' ? { mode } : { mode, list: 'chapter' },
  })
}

interface End {
  readonly code: number
  readonly explanations: readonly Explanation[]
  readonly error?: unknown
}

/** What came of all runs. */
const figures = { runs: 0, faults: 0, done: 0, failed: 0, wrong: 0, hangs: 0 }
const complaints: string[] = []

/** Notes what is not as promised; the other runs go on. */
function complain(why: string, what: string): void {
  complaints.push(`${why}: ${what}`)
  process.stderr.write(`  ✖ ${why}: ${what}\n`)
}

/** Carries out one run over a network of that weather, and judges how it ended. True where it says done. */
async function endsWell(why: string, network: Network, run: Promise<End>): Promise<boolean> {
  figures.runs += 1
  const end = await Promise.race([run, sleep(HANG_MS, null, { ref: false })])
  figures.faults += network.faults()
  if (end === null) {
    figures.hangs += 1
    complain(why, 'it hangs')
    return false
  }
  if (end.code === 0) {
    figures.done += 1
    return true
  }
  figures.failed += 1
  if (SHARE > 0) process.stderr.write(`  - ${why}: ${JSON.stringify(end.explanations)}\n`)
  const clear = end.explanations.some(({ problem, remedy }) => problem !== '' && remedy !== '')
  // 75: a run that could not renew its Lease for so long has stopped before its next write, and says so.
  const ranOut = end.explanations.some(({ problem }) => problem.includes('has expired'))
  if (end.code !== (ranOut ? 75 : 1) || !clear) {
    complain(
      why,
      `ended with ${String(end.code)}: ${messageOf(end.error)} ${JSON.stringify(end.explanations)}`,
    )
  }
  return false
}

/** One run over a network of its own. */
async function overNetwork(
  label: string,
  weather: Weather,
  { next, folder, rollback = false }: { next: () => number; folder: string; rollback?: boolean },
): Promise<boolean> {
  const network = await layNetwork(weather, next)
  const why = `seed ${String(SEED)}, ${label}, ${weather.name}`
  const { kubeconfig, servers } = network
  const run = async (): Promise<End> =>
    chapterRun({
      ...{ kubeconfig, context: 'test', folder, servers, limits: LIMITS },
      userAgent: `hardway/${label.replaceAll(' ', '-')}`,
      inventory: await lab.inventory(kubeconfig, 'test'),
      command: rollback ? { mode: 'rollback', list: 'chapter' } : { mode: 'run' },
    })
  const done = await endsWell(why, network, run())
  await network.stop()
  return done
}

/** A "done" is believed only when the cluster, asked without anything in between, is as after an undisturbed run. */
async function mustBe(world: World, why: string): Promise<void> {
  try {
    assert.deepEqual((await worldOf(lab.people)).objects, world.objects)
    if (world === proven) assert.equal(await readyPods(lab.people), 3)
  } catch (error) {
    figures.wrong += 1
    complain(why, `said done, and it is not: ${messageOf(error)}`)
  }
}

/** So many of them at the same time. */
async function together(many: number, width: number, one: (i: number) => Promise<void>) {
  let i = 0
  const worker = async (): Promise<void> => {
    while (i < many) {
      i += 1
      await one(i - 1)
    }
  }
  await allEnded(Array.from({ length: width }, worker))
}

test('with nothing to change a run over a bad network writes nothing', { skip }, async () => {
  const next = random(SEED)
  const mark = await auditMark([lab.auditLog])
  await together(RUNS.unchanged, AT_ONCE, async (i) => {
    const folder = join(lab.folder, `unchanged-${String(i)}`)
    // Its own file is there already: nothing at all is left to do.
    await mkdir(folder, { mode: 0o700 })
    await copyFile(join(home, 'coredns.yaml'), join(folder, 'coredns.yaml'))
    const label = `unchanged run ${String(i)}`
    const done = await overNetwork(label, weatherOf(i, next), { next, folder })
    if (done) await mustBe(proven, label)
    await rm(folder, { recursive: true, force: true })
  })
  assert.deepEqual((await auditedSince(mark)).filter(isWriting), [])
  assert.deepEqual(complaints.splice(0), [])
})

test(
  'with one object drifted a run over a bad network mends it once, or says why not',
  { skip },
  async () => {
    const next = random(SEED + 1)
    for (let i = 0; i < RUNS.drifted; i += 1) {
      const drift = pick(next, DRIFTS)
      await drift.put(lab.people)
      const mark = await auditMark([lab.auditLog])
      const label = `drifted run ${String(i)}`
      const why = `${label}, ${drift.name}`
      const done = await overNetwork(label, weatherOf(SHARE === 0 ? KINDS : i, next), {
        next,
        folder: home,
      })
      if (done) await mustBe(proven, why)
      const written = (await auditedSince(mark)).filter(
        (one) => isWriting(one) && (one.responseStatus?.code ?? 0) < 300,
      )
      // A step that failed has given back what it wrote.
      if (done ? written.length !== 1 : written.length > 4) {
        complain(
          why,
          `${String(written.length)} writes: ${written.map(({ verb, requestURI }) => `${verb} ${requestURI}`).join(', ')}`,
        )
      }
      if (done) continue
      const healed = await heal(home)
      if (healed.code !== 0)
        complain(why, `cannot be gone on with: ${JSON.stringify(healed.explanations)}`)
      await mustBe(proven, `${why}, healed`)
    }
    assert.deepEqual(complaints.splice(0), [])
  },
)

test(
  'a run from nothing over a bad network, and its rollback, end right or say why not',
  { skip },
  async () => {
    const next = random(SEED + 2)
    assert.equal((await heal(home, 'rollback')).code, 0)
    await clear(lab.people)
    for (let i = 0; i < RUNS.nothing; i += 1) {
      const folder = join(lab.folder, `nothing-${String(i)}`)
      const label = `run ${String(i)} from nothing`
      const weather = weatherOf(KINDS + i, next)
      if (!(await overNetwork(label, weather, { next, folder }))) {
        const healed = await heal(folder)
        if (healed.code !== 0)
          complain(label, `cannot be gone on with: ${JSON.stringify(healed.explanations)}`)
      }
      await mustBe(proven, label)
      const back = { next, folder, rollback: true }
      if (!(await overNetwork(`${label}, back`, weather, back))) await heal(folder, 'rollback')
      await mustBe(nothing, `${label}, rolled back`)
    }
    assert.deepEqual(complaints.splice(0), [])
  },
)

test(
  'typed as a user does, a run over a bad network ends, and its process with it',
  { skip },
  async () => {
    const next = random(SEED + 3)
    assert.equal((await heal(home)).code, 0)
    // One after the other: each has its own file to write, and so needs the Lease.
    await together(RUNS.commandLine, 1, async (i) => {
      const weather = { ...weatherOf(KINDS, next), servers: 'one' } as const
      const network = await layNetwork(weather, next)
      const why = `seed ${String(SEED)}, command line ${String(i)}, ${weather.name}`
      const file = await lab.inventory(network.kubeconfig, 'test')
      const env = { XDG_STATE_HOME: join(lab.folder, `typed-${String(i)}`) }
      const run = async (): Promise<End> => {
        const { code, events, stderr } = await command(
          process.execPath,
          ['run.ts', '--json', '--inventory', file],
          { env, limitMs: HANG_MS + 1_000 },
        )
        const explanations = events.flatMap((event) =>
          event.type === 'step-failed'
            ? [event.explanation]
            : event.type === 'run-ended' && event.error
              ? [event.error]
              : [],
        )
        // Before its first event it says so on stderr.
        const told = stderr.includes('try') ? [{ problem: stderr, remedy: 'as it says' }] : []
        return { code: code ?? -1, explanations: [...explanations, ...told], error: stderr }
      }
      if (await endsWell(why, network, run())) await mustBe(proven, why)
      await network.stop()
    })
    assert.deepEqual(complaints.splice(0), [])
  },
)

test('the figures', { skip }, (t) => {
  const { runs, faults, done, failed, wrong, hangs } = figures
  t.diagnostic(
    `bad network: ${String(runs)} runs with ${String(faults)} faults, ${String(done)} done, ${String(failed)} ended in a clear error, ` +
      `wrong "done" ${String(wrong)}, hangs ${String(hangs)}; seed ${String(SEED)}`,
  )
  assert.equal(wrong + hangs, 0)
  assert.ok(done > 0 && faults > 0)
})
