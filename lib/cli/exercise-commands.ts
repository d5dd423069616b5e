import { randomInt } from 'node:crypto'
import { faults } from '../../steps/faults.ts'
import { defined } from '../core/defined.ts'
import { InputError, StepError } from '../core/errors.ts'
import { declared, differences } from '../exercises/declared.ts'
import { draw, type Level } from '../exercises/draw.ts'
import type { Exercise } from '../exercises/exercise.ts'
import { endExercise, exerciseOn, keepExercise } from '../exercises/exercise-file.ts'
import { ladderFor } from '../exercises/ladder.ts'
import { wrongIn } from '../exercises/wrong-in.ts'
import { fitsEdition, fitsSize } from '../faults/fault.ts'
import { labCondition } from '../lab/condition.ts'
import { labOf, layoutOf } from '../lab/layout.ts'
import { labNotUp } from '../lab/not-up.ts'
import { withShortTimeouts } from '../inventory/inventory.ts'
import type { ObjectRef } from '../ports/cluster.ts'
import type { Event } from '../ports/events.ts'
import { stepsTold, waitingLine, type WaitingLine } from '../view/waiting-line.ts'
import { counted } from '../core/counted.ts'
import { duration } from '../view/layout.ts'
import type { Say } from '../words/say.ts'
import type { CommonOptions, RequestOf } from '../command-line/request.ts'
import { codesOf, revealed } from './exercise-notes.ts'
import { readLabInventory } from './inventory-file.ts'
import { print, printJson, sayFor } from './print.ts'
import { lookingAt, type QuietOptions, runQuietly, writeObjects } from './quiet-run.ts'
import { programFor } from './run-hints.ts'
import { interruptible } from './signals.ts'
import { systemClock } from './system-clock.ts'
import { faultsOnLab } from './targets.ts'

type ExerciseRequest = RequestOf<'lab-exercise' | 'lab-hint' | 'lab-check'>

/** What an exercise needs to know, and the reader's language. */
type Options = QuietOptions & {
  readonly say: Say
  /** Says on a terminal what goes on, until the next; null: nothing does any more. */
  readonly meanwhile: WaitingLine
}

/** For people and for programs. */
type Told = {
  readonly code: number
  readonly text: string
  readonly json: object
}

const NOT_SOLVED = 1
const LEVELS: readonly Level[] = [1, 2, 3]
const MOST_SEED = 1_000_000
const HOW_MANY = ['something is', 'two things at once are']
/** Long enough for one look at a step, on a busy machine too. */
const SOON_MS = 2_000

/** Sets an exercise, gives one more hint, or says whether it is solved; returns the exit code. */
export async function exerciseCommand(
  request: ExerciseRequest,
  common: CommonOptions,
): Promise<number> {
  const inventory = await readLabInventory(common)
  const [program, [, name = '']] = [programFor(common), request.command.split('-')]
  // Half an exercise is none; to look can be done again.
  const again = request.command === 'lab-exercise' ? 'mend' : name
  const interrupt = interruptible(process, `${program} lab ${again}`)
  const { signal } = interrupt
  const meanwhile = waitingLine(process.stderr)
  try {
    const options = { common, inventory, signal, say: await sayFor(common), meanwhile }
    const { code, text, json } = await toldFor(request, options)
    meanwhile(null)
    await (common.json ? printJson({ v: 1, ...json }) : print(text))
    return code
  } finally {
    meanwhile(null)
    interrupt.stop()
  }
}

async function toldFor(request: ExerciseRequest, options: Options): Promise<Told> {
  if (request.command === 'lab-exercise') return begin(request, options)
  const exercise = await exerciseOn(options.inventory)
  if (exercise === null) {
    throw new InputError({
      problem: 'no exercise is on',
      remedy: 'npx tsx run.ts lab exercise',
    })
  }
  return request.command === 'lab-hint' ? hint(exercise, options) : check(exercise, options)
}

async function begin(
  { level: wanted, seed = randomInt(1, MOST_SEED) }: RequestOf<'lab-exercise'>,
  options: Options,
): Promise<Told> {
  const { inventory, common, say, meanwhile } = options
  await mayBegin(options)
  const level = LEVELS.find((one) => one === wanted) ?? 1
  const all = faults(labOf(inventory)).filter(
    (fault) => fitsEdition(fault, inventory.edition) && fitsSize(fault, inventory.lab),
  )
  const ids = draw(all, level, seed)
  const { cluster } = await lookingAt(options)
  const exercise: Exercise = {
    ...{ v: 1, level, seed, faults: ids, hints: 0 },
    since: systemClock.now().toISOString(),
    before: await declared(cluster),
  }
  await keepExercise(inventory, exercise)
  meanwhile(say('Putting it wrong; that may take a minute …'))
  for (const fault of ids) {
    const { events, result } = await runQuietly(
      { command: 'lab-break', fault, dryRun: false },
      options,
    )
    if (result.code !== 0) throw await notSet(events, options)
  }
  await keepExercise(inventory, { ...exercise, since: systemClock.now().toISOString() })
  const program = programFor(common)
  const [worker] = inventory.lab.workers
  return {
    code: 0,
    json: { level, seed, since: exercise.since },
    text: [
      say(
        `Exercise of level ${level}, seed ${seed}: ${HOW_MANY[ids.length - 1] ?? ''} wrong with cluster DNS, or with what it rests on.`,
      ),
      say('Find out why, and put it right where it went wrong.'),
      '',
      ...columns([
        ['verify', 'what does not work'],
        ['lab kubectl …', 'the cluster, as its admin'],
        [`lab shell ${worker?.name ?? ''}`, 'a host'],
        [`lab restart ${worker?.name ?? ''} kubelet`, 'what systemctl restart does'],
        ['lab hint', 'one more hint'],
        ['lab check', 'is it solved?'],
        ['lab mend', 'give up, and be told what it was'],
      ]).map(([command, about]) => `  ${program} ${command}  # ${say(about)}`),
    ].join('\n'),
  }
}

function columns(
  rows: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => [left.padEnd(width), right])
}

/** An exercise begins with a lab in which nothing is wrong. */
async function mayBegin(options: Options): Promise<void> {
  const { inventory, common, say, meanwhile } = options
  const program = programFor(common)
  if ((await exerciseOn(inventory)) !== null) {
    throw new InputError({
      problem: 'an exercise is on already',
      remedy: `${program} lab check\n# or, to give it up and be told what it was: ${program} lab mend`,
    })
  }
  if ((await faultsOnLab(inventory)).length > 0) {
    throw new InputError({
      problem: 'a fault is on already, and an exercise begins with a lab in which nothing is wrong',
      remedy: `${program} lab mend`,
    })
  }
  const { host } = await lookingAt(options)
  const { name } = inventory.lab
  // All that differs in a lab that is not there would be a long list.
  if ((await labCondition(host, inventory, layoutOf(name))) !== 'running') {
    throw new InputError(labNotUp(name))
  }
  const told = stepsTold(meanwhile, say('Looking whether nothing is wrong'), say)
  const { result, events } = await runQuietly({ command: 'verify' }, { ...options, told })
  if (result.code === 0) return
  throw new InputError({
    problem: 'an exercise begins with a lab in which nothing is wrong, and this one is not so',
    seen: events.flatMap((event) => {
      if (event.type !== 'step-failed') return wrongIn([event])
      const { problem, seen = [] } = event.explanation
      return [problem, ...seen.slice(0, 3)]
    }),
    remedy: `${program}\n# when that says proven, set the exercise again`,
  })
}

/** What was begun is taken off; what it was is told, since it is no exercise any more. */
async function notSet(events: readonly Event[], options: QuietOptions): Promise<StepError> {
  await runQuietly({ command: 'lab-mend', faults: [] }, options)
  await endExercise(options.inventory)
  return new StepError({
    problem: 'the exercise could not be set, and nothing of it was left',
    seen: wrongIn(events),
    remedy: `${programFor(options.common)} lab exercise\n# with another --seed`,
  })
}

async function hint(exercise: Exercise, { inventory, common, say }: Options): Promise<Told> {
  const known = faults(labOf(inventory))
  const rungs = ladderFor(codesOf(exercise, known))
  const told = Math.min(exercise.hints + 1, rungs.length)
  await keepExercise(inventory, { ...exercise, hints: told })
  const [rung] = rungs.slice(told - 1, told)
  const last = `That was the last hint. Whether it is solved: ${programFor(common)} lab check`
  // There is more than one cure where objects are wrong, and just one state that was there before.
  const ofObjects = known.some(
    ({ id, chapter }) => exercise.faults.includes(id) && chapter.section.startsWith('14'),
  )
  const before = `lab check wants the objects as they were before, which is how ${layoutOf(inventory.lab.name).manifest} has them.`
  const line = `Hint ${told} of ${rungs.length}, ${rung?.name ?? ''}: ${rung?.text ?? ''}`
  const ending = told < rungs.length ? [] : [...(ofObjects ? [before] : []), last]
  return {
    code: 0,
    json: { hint: told, of: rungs.length, ...rung },
    text: [say(line), ...ending.map(say)].join('\n'),
  }
}

/** Solved is what works, is as it was declared before, and has nothing else changed. */
async function check(exercise: Exercise, options: Options): Promise<Told> {
  const { say } = options
  const wrong = await stillWrong(exercise, options)
  const { hints, since } = exercise
  const ms = systemClock.now().getTime() - Date.parse(since)
  const used = [duration(ms), counted(hints, 'hint')].map(say).join(say(', '))
  if (wrong.length > 0) {
    return {
      code: NOT_SOLVED,
      json: { solved: false, wrong, hints, ms },
      text: [say(`Not solved yet (${used}):`), ...wrong.map((line) => `  ${say(line)}`)].join('\n'),
    }
  }
  await runQuietly({ command: 'lab-mend', faults: [] }, options)
  await endExercise(options.inventory)
  // What a cure has written in another way would be drift, and the next exercise begins without any.
  await writeObjects(options)
  const known = faults(labOf(options.inventory))
  return {
    code: 0,
    json: { solved: true, faults: exercise.faults, codes: codesOf(exercise, known), hints, ms },
    text: [`Solved (${used}).`, ...revealed(exercise, known, programFor(options.common))]
      .map(say)
      .join('\n'),
  }
}

/** A line each. What was put wrong is not told more closely: to find it is the exercise. */
async function stillWrong({ before }: Exercise, options: Options): Promise<readonly string[]> {
  const { say, meanwhile } = options
  const told = stepsTold(meanwhile, say('Looking whether all is as it was'), say)
  const on = await faultsOnLab(options.inventory)
  const { cluster, host } = await lookingAt(options)
  const changed = differences(before, await declared(cluster))
  const refs = on.flatMap(({ holds }) => holds.refs.map((one) => JSON.stringify(one)))
  const mine = (ref: ObjectRef): boolean => refs.includes(JSON.stringify(ref))
  const inForce = await Promise.all(
    on.map(async ({ holds: { resources } }) => {
      const sightings = await host.look(resources)
      return sightings.length > 0 && sightings.every(({ change }) => change === null)
    }),
  )
  const known = changed.some(({ of }) => mine(of)) || inForce.includes(true)
  // Where it is known to be unsolved, to wait for what does not work changes nothing.
  const inventory = known ? withShortTimeouts(options.inventory, SOON_MS) : options.inventory
  const wrong = async (faults?: 'seen') => {
    const asked = { ...options, inventory, told, ...defined({ faults }) }
    return wrongIn((await runQuietly({ command: 'verify' }, asked)).events)
  }
  const all = known ? [] : await wrong('seen')
  const others = known || all.length > 0 ? await wrong() : []
  const isOn = known || all.some((line) => !others.includes(line))
  return [
    ...(isOn ? ['what was put wrong is not yet as it was before'] : []),
    ...others,
    ...changed.filter(({ of }) => !mine(of)).map(({ line }) => line),
  ]
}
