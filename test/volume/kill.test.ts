import assert from 'node:assert/strict'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseJournal } from '../../lib/engine/journal-text.ts'
import { fold } from '../../lib/engine/journal.ts'
import { messageOf } from '../../lib/core/errors.ts'
import { auditedSince, auditMark, isWriting } from '../e2e/audit.ts'
import type { Audited, AuditMark } from '../e2e/audit.ts'
import { noLab } from '../e2e/no-lab.ts'
import { command } from '../e2e/program.ts'
import type { Ended } from '../e2e/program.ts'
import { pick, random } from '../objects/prior-states.ts'
import { faultLab, SEED, SHARE } from './lab.ts'
import type { FaultLab } from './lab.ts'
import { clear, putEarlierEdition, worldOf } from './world.ts'
import type { World } from './world.ts'

/** The real program on a real cluster dies at each point where that could do harm, and is gone on with. */
const skip = noLab
const KILL_AT = new URL('./kill-at.ts', import.meta.url).pathname
const LIMIT_MS = 300_000

let lab: FaultLab
let file = ''
let count = 0

before(async () => {
  if (noLab !== false) return
  lab = await faultLab('killed')
  file = await lab.inventory(lab.kubeconfig, lab.context)
})

after(async () => {
  // Where there is none, `before` has said why.
  await (lab as FaultLab | undefined)?.down()
})

/** A state folder of its own, and the program on it. */
function stateFolder() {
  count += 1
  const folder = join(lab.folder, `state-${String(count)}`)
  const log = join(lab.folder, 'points')
  return {
    /** `at` is the point to die at; 0 for none. */
    go: (args: readonly string[], at = 0, signal: NodeJS.Signals = 'SIGKILL'): Promise<Ended> =>
      command(
        process.execPath,
        ['--import', KILL_AT, 'run.ts', ...args, '--json', '--inventory', file],
        {
          limitMs: LIMIT_MS,
          env: {
            XDG_STATE_HOME: folder,
            HARDWAY_KILL_FOLDER: folder,
            HARDWAY_KILL_LOG: log,
            HARDWAY_KILL_AT: String(at),
            HARDWAY_KILL_SIGNAL: signal,
            NODE_COMPILE_CACHE: join(lab.folder, 'compiled'),
          },
        },
      ),
    /** The names of the points that were passed since the last time. */
    async points(): Promise<readonly string[]> {
      const text = await readFile(log, 'utf8').catch(() => '')
      await rm(log, { force: true })
      return text.split('\n').slice(0, -1)
    },
    /** What the journal comes to, and what else lies there. */
    async left() {
      const [target = ''] = await readdir(join(folder, 'hardway'))
      const names = await readdir(join(folder, 'hardway', target))
      const where = join(folder, 'hardway', target, 'chapter.journal')
      const { entries } = parseJournal(await readFile(where), where, `cluster ${lab.context}`)
      const { intents, unfinished } = fold(entries)
      const open = intents.filter(({ state }) => state === 'open').length
      const undoable = intents.filter(({ state }) => state !== 'undone').length
      // A dead one's lock stays where the next run had nothing to write; nothing else may.
      return { unfinished, open, undoable, names: names.filter((name) => name !== 'lock').sort() }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
type StateFolder = ReturnType<typeof stateFolder>

/** Writes by name, and how often. */
type Writes = Readonly<Record<string, number>>

/** What the API server carried out, and what it may have: the client died before it had the answer (504). */
async function writesSince(
  mark: AuditMark,
): Promise<{ readonly done: Writes; readonly cutOff: Writes }> {
  const writes = (await auditedSince(mark)).filter(isWriting)
  const code = ({ responseStatus }: Audited): number => responseStatus?.code ?? 0
  return {
    done: countOf(writes.filter((one) => code(one) < 300)),
    cutOff: countOf(writes.filter((one) => code(one) === 504)),
  }
}

function countOf(writes: readonly Audited[]): Writes {
  const counts: Record<string, number> = {}
  for (const { verb, requestURI, objectRef: of } of writes) {
    if (isEachOnesOwn(of)) continue
    // An apply is a patch as well; it says so in its query.
    const how = requestURI.includes('fieldManager') ? `${verb} as manager` : verb
    const key = `${how} ${of?.resource ?? ''}/${of?.name ?? ''}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return Object.fromEntries(Object.entries(counts).sort())
}

/**
 * The lease is taken, renewed and released by each process itself; so are the pods that ask while DNS changes, and the
 * prober that is put into them and into the chapter's probes, where it is not there yet.
 */
function isEachOnesOwn(of: Audited['objectRef']): boolean {
  const isAsker = of?.resource === 'pods' && of.name?.startsWith('hardway-prove-') === true
  return isAsker || of?.resource === 'leases' || of?.subresource === 'exec'
}

/** Nothing lost, nothing twice; of what was cut off the state that follows tells whether it was carried out. */
async function assertWrites(mark: AuditMark, wanted: Writes, why: string): Promise<void> {
  const { done, cutOff } = await writesSince(mark)
  const filled = Object.entries(wanted).map(([key, times]): [string, number] => {
    const least = times - (cutOff[key] ?? 0)
    const found = done[key] ?? 0
    return [key, found >= least && found < times ? times : found]
  })
  assert.deepEqual({ ...done, ...Object.fromEntries(filled) }, wanted, why)
}

const markNow = (): Promise<AuditMark> => auditMark([lab.auditLog])

/** What an undisturbed run and rollback do: the measure of all others. */
interface Measure {
  readonly start: World
  readonly end: World
  readonly run: { readonly points: readonly string[]; readonly writes: Writes }
  readonly back: { readonly points: readonly string[]; readonly writes: Writes }
  /** Objects made by the run are others each time. */
  readonly sameObjects: boolean
}

async function measure(sameObjects: boolean): Promise<Measure> {
  const state = stateFolder()
  await state.points()
  const start = await worldOf(lab.people)
  const before = await markNow()
  assertDone(await state.go([]), 'an undisturbed run')
  const run = { points: await state.points(), writes: (await writesSince(before)).done }
  const end = await worldOf(lab.people)
  const between = await markNow()
  assertDone(await state.go(['rollback']), 'an undisturbed rollback')
  const back = { points: await state.points(), writes: (await writesSince(between)).done }
  const measured = { start, end, run, back, sameObjects }
  await assertStart(state, measured, 'an undisturbed rollback')
  return measured
}

function assertDone(ended: Ended, why: string): void {
  assert.equal(ended.code, 0, `${why}: ${ended.stderr}\n${ended.stdout.slice(-3000)}`)
}

async function assertEnd(state: StateFolder, { end, sameObjects }: Measure, why: string) {
  const now = await worldOf(lab.people)
  assert.deepEqual(now.objects, end.objects, why)
  if (sameObjects) assert.deepEqual(withoutPods(now.uids), withoutPods(end.uids), why)
  const { unfinished, open, names } = await state.left()
  assert.deepEqual(
    { unfinished, open, names },
    { unfinished: null, open: 0, names: ['chapter.journal', 'coredns.yaml'] },
    why,
  )
}

/** Pods are recreated each time. */
function withoutPods(uids: World['uids']): World['uids'] {
  return Object.fromEntries(Object.entries(uids).filter(([name]) => !name.startsWith('pod/')))
}

async function assertStart(state: StateFolder, { start }: Measure, why: string) {
  assert.deepEqual(await worldOf(lab.people), start, why)
  const { unfinished, undoable, names } = await state.left()
  assert.deepEqual(
    { unfinished, undoable, names },
    { unfinished: null, undoable: 0, names: ['chapter.journal'] },
    why,
  )
}

/** Goes on with what was interrupted; a run that had not begun yet is simply run. */
async function resume(state: StateFolder): Promise<Ended> {
  const ended = await state.go(['--resume'])
  if (ended.code !== 2 || !ended.stderr.includes('there is no unfinished run to resume'))
    return ended
  return state.go([])
}

/** What came of all deaths. */
const figures = {
  points: 0,
  killed: 0,
  stopped: 0,
  early: 0,
  resumed: 0,
  rolledBack: 0,
  unequal: 0,
}

/** Dies in a run, goes on; dies in the rollback, rolls back. */
async function thereAndBack(
  measured: Measure,
  at: { run: number; back: number },
  signal: NodeJS.Signals = 'SIGKILL',
) {
  const state = stateFolder()
  const why = `${signal} at ${String(at.run)}, ${measured.run.points[at.run - 1] ?? ''}`
  const mark = await markNow()
  await dies(state, [], { at: at.run, signal }, why)
  assertDone(await resume(state), why)
  await assertEnd(state, measured, why)
  await assertWrites(mark, measured.run.writes, why)
  figures.resumed += 1
  await back(state, measured, at.back, signal)
}

async function back(state: StateFolder, measured: Measure, at: number, signal: NodeJS.Signals) {
  const why = `${signal} in rollback at ${String(at)}, ${measured.back.points[at - 1] ?? ''}`
  const mark = await markNow()
  await dies(state, ['rollback'], { at, signal }, why)
  assertDone(await state.go(['rollback']), why)
  await assertStart(state, measured, why)
  await assertWrites(mark, measured.back.writes, why)
  figures.rolledBack += 1
  await state.remove()
}

/** Dies in a run, and is rolled back at once. */
async function straightBack(measured: Measure, at: number) {
  const state = stateFolder()
  const why = `killed at ${String(at)}, ${measured.run.points[at - 1] ?? ''}, then rolled back`
  await dies(state, [], { at, signal: 'SIGKILL' }, why)
  assertDone(await state.go(['rollback']), why)
  assert.deepEqual(await worldOf(lab.people), measured.start, why)
  figures.rolledBack += 1
  await state.remove()
}

const CODES: Partial<Record<NodeJS.Signals, number>> = {
  SIGKILL: 137,
  SIGINT: 130,
  SIGTERM: 143,
  SIGHUP: 129,
}

/** Has it die there. A run that was quicker, and so had to renew its Lease less often, may end before it comes there. */
async function dies(
  state: StateFolder,
  args: readonly string[],
  { at, signal }: { readonly at: number; readonly signal: NodeJS.Signals },
  why: string,
): Promise<void> {
  await state.points()
  const { code, stderr, stdout } = await state.go(args, at, signal)
  const passed = (await state.points()).length
  if (code === 0 && passed < at) {
    figures.early += 1
    return
  }
  // A signal that can be caught may come too late to stop anything.
  const wanted = signal === 'SIGKILL' ? [137] : [CODES[signal], 0]
  assert.ok(
    wanted.includes(code ?? -1),
    `${why}: ended with ${String(code)} after ${String(passed)} points\n${stderr}\n${stdout.slice(-2000)}`,
  )
  if (signal === 'SIGKILL') figures.killed += 1
  else figures.stopped += 1
}

/** That share of the numbers from 1 to `many`, evenly; of a share of nothing one by lot. */
function points(many: number, share: number, next: () => number): readonly number[] {
  const all = Array.from({ length: many }, (_, i) => i + 1)
  if (share === 0) return [pick(next, all)]
  return all.filter((_, i) => Math.floor(i * share) < Math.floor((i + 1) * share))
}

/** Every second one, and the others; the one there is counts as both. */
function halves(all: readonly number[]): readonly [readonly number[], readonly number[]] {
  const half = (rest: number): readonly number[] => all.filter((_, i) => i % 2 === rest)
  return all.length === 1 ? [all, all] : [half(0), half(1)]
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Goes through all of it although one point fails, so that a long run tells of each. */
async function eachIn(measured: Measure, prior: () => Promise<void>, go: () => Promise<void>) {
  try {
    await go()
  } catch (error) {
    failures.push(messageOf(error))
    figures.unequal += 1
    process.stderr.write(`  ✖ ${messageOf(error)}\n`)
    await clear(lab.people)
    await prior()
    Object.assign(measured, { start: await worldOf(lab.people) })
  }
}
const failures: string[] = []

/** What the program finds, and the part of its points that is gone through in an hour. */
const PRIOR_STATES = {
  'from nothing': { put: () => Promise.resolve(), share: 0.5 },
  "over somebody else's edition": { put: () => putEarlierEdition(lab.people), share: 0.25 },
}

for (const [prior, { put, share }] of Object.entries(PRIOR_STATES)) {
  test(
    `killed anywhere ${prior}, resume and rollback reach the same ends, nothing lost, nothing twice`,
    { skip },
    async (t) => {
      const next = random(SEED)
      await put()
      const measured = await measure(prior !== 'from nothing')
      const many = { run: measured.run.points.length, back: measured.back.points.length }
      figures.points += many.run + many.back
      t.diagnostic(
        `seed ${String(SEED)}, ${prior}: ${String(many.run)} points in a run, ${String(many.back)} in a rollback`,
      )
      const backs = points(many.back, SHARE * share, next)
      const [odd, even] = halves(points(many.run, SHARE * share, next))
      for (const [i, at] of odd.entries()) {
        // A run has more than twice as many points as its rollback.
        const both = { run: at, back: backs[i % backs.length] ?? 1 }
        await eachIn(measured, put, () => thereAndBack(measured, both))
      }
      for (const at of even) await eachIn(measured, put, () => straightBack(measured, at))
      for (const [i, at] of odd.filter((_, i) => i % 5 === 0).entries()) {
        const signal = SIGNALS[(i + SEED) % SIGNALS.length] ?? 'SIGINT'
        const both = { run: at, back: Math.min(at, many.back) }
        await eachIn(measured, put, () => thereAndBack(measured, both, signal))
      }
      assert.deepEqual(failures.splice(0), [])
    },
  )
}

/** As many kills as `npm run test:faults` has at least. */
const MANY = 100

test('the figures', { skip }, (t) => {
  const { points: all, killed, stopped, early, resumed, rolledBack, unequal } = figures
  t.diagnostic(
    `kill points: ${String(all)}; processes killed ${String(killed)}, stopped by signals ${String(stopped)}, ended before their point ${String(early)}; resumed to the same end ${String(resumed)}, rolled back to the same start ${String(rolledBack)}; something lost or done twice ${String(unequal)}; seed ${String(SEED)}`,
  )
  // A share of a few says nothing: only of many must at most a tenth have ended before their point.
  assert.ok(killed > 0 && (killed < MANY || early <= killed / 10))
})
