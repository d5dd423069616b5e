import { faults } from '../../steps/faults.ts'
import { byNearness } from '../core/nearest.ts'
import { InputError } from '../core/errors.ts'
import type { Fault } from '../faults/fault.ts'
import type { FaultOn } from '../faults/faults-on.ts'
import { labOf } from '../lab/layout.ts'
import { identityOf } from '../ports/identity.ts'
import { namedFaults } from './targets.ts'
import { readLabInventory } from './inventory-file.ts'
import { print, printJson, sayFor } from './print.ts'
import type { Say } from '../words/say.ts'
import type { CommonOptions, RunRequest } from '../command-line/request.ts'
import { programFor } from './run-hints.ts'

/** Lists the faults, and which of them are on. */
export async function labFaults(common: CommonOptions): Promise<number> {
  const inventory = await readLabInventory(common)
  const on = await namedFaults(inventory)
  const all = faults(labOf(inventory))
  if (common.json) {
    const told = all.map(({ id, code, title, chapter, requires }) => {
      const since = on.find((one) => one.id === id)?.since ?? null
      return { id, code, title, chapter, requires, since }
    })
    await printJson({ v: 1, faults: told })
  } else {
    await print(table(all, on, { program: programFor(common), say: await sayFor(common) }))
  }
  return 0
}

function table(
  all: readonly Fault[],
  on: readonly FaultOn[],
  { program, say }: { readonly program: string; readonly say: Say },
): string {
  const width = Math.max(...all.map(({ id }) => id.length))
  const lines = all.map(({ id, code, title, requires }) => {
    const state = on.some((one) => one.id === id) ? `${say('ON')} ` : ''
    return `${id.padEnd(width)}  ${(code ?? '-').padEnd(3)}  ${state}${say(title)} ${say(`(requires ${requires})`)}`
  })
  const about = `What a code stands for: ${program} explain CODE, or docs/failures.md`
  return [...lines, ...[about, ...noteOf(on, `${program} lab mend`)].map(say)].join('\n')
}

/** What the end of every run on a lab with faults says. */
export function noteOf(on: readonly FaultOn[], mend: string): readonly string[] {
  const [first] = on
  if (first === undefined) return []
  const names = on.map(({ id }) => id).join(', ')
  return on.length === 1
    ? [`The fault ${names} is on since ${first.since}. Take it off: ${mend}`]
    : [`The faults ${names} are on. Take them off: ${mend}`]
}

/** Throws InputError where a fault of that name cannot be put on now. */
export function mayBreak(id: string, known: readonly string[], on: readonly FaultOn[]): void {
  if (!known.includes(id)) {
    const near = byNearness(id, known)
    throw new InputError({
      problem: `there is no fault ${JSON.stringify(id)}`,
      seen: [`known faults, nearest first: ${near.join(', ')}`],
      remedy: 'npx tsx run.ts lab faults\n# shows what each of them does',
    })
  }
  const same = on.find((one) => one.id === id)
  if (same?.whole === true) {
    throw new InputError({
      problem: `the fault ${id} is on already, since ${same.since}`,
      remedy: `npx tsx run.ts lab mend ${id}`,
    })
  }
  const half = on.find((one) => !one.whole)
  if (half === undefined) return
  throw new InputError({
    problem: `the fault ${half.id} was begun at ${half.since} and is only partly on`,
    remedy: `npx tsx run.ts lab mend ${half.id} && npx tsx run.ts lab break ${id}`,
  })
}

/**
 * Throws InputError where one of the faults is not on, or cannot be taken off by itself: a later one has
 * changed the same, and would bring it back with its own undo.
 */
export function mayMend(faults: readonly string[], on: readonly FaultOn[]): void {
  const strange = faults.find((id) => !on.some((one) => one.id === id))
  if (strange !== undefined) {
    const seen = on.length === 0 ? 'no fault is on' : `on: ${on.map(({ id }) => id).join(', ')}`
    throw new InputError({
      problem: `the fault ${JSON.stringify(strange)} is not on`,
      seen: [seen],
      remedy:
        'npx tsx run.ts lab faults\n# shows which are; to take all of them off: npx tsx run.ts lab mend',
    })
  }
  for (const [i, { id, holds }] of on.entries()) {
    if (!faults.includes(id)) continue
    const later = on
      .slice(i + 1)
      .find((one) => !faults.includes(one.id) && overlap(one.holds, holds))
    if (later === undefined) continue
    throw new InputError({
      problem: `the fault ${id} cannot be taken off before ${later.id}, which came later and changed the same`,
      remedy: `npx tsx run.ts lab mend ${[...faults, later.id].join(' ')}`,
    })
  }
}

function overlap(one: FaultOn['holds'], other: FaultOn['holds']): boolean {
  const names = ({ resources, refs }: FaultOn['holds']): readonly string[] =>
    [...resources.map(identityOf), ...refs].map((part) => JSON.stringify(part))
  const mine = names(one)
  return names(other).some((name) => mine.includes(name))
}

/** Throws InputError where faults are in the way of giving the cluster back. */
export function mayRollBack(on: readonly FaultOn[]): void {
  if (on.length === 0) return
  throw new InputError({
    problem: `faults are on: ${on.map(({ id }) => id).join(', ')}`,
    cause: 'what they have changed would be undone twice',
    remedy: 'npx tsx run.ts lab mend && npx tsx run.ts rollback',
  })
}

/** Throws InputError where an exercise is on and what is asked for would end it unseen, or tell what it is. */
export function mayDuringExercise({ command, ...asked }: RunRequest): void {
  // Right or wrong, a name that is guessed is answered alike.
  const why = {
    'lab-break': 'another fault would be no part of it',
    'lab-mend': 'what it has put on is cured by hand, and not taken off one by one',
    rollback: 'only a lab in which nothing is wrong is rolled back',
  }
  const givesUp = command === 'lab-mend' && 'faults' in asked && asked.faults.length === 0
  if (givesUp || !(command in why)) return
  throw new InputError({
    problem: `an exercise is on: ${why[command as keyof typeof why]}`,
    remedy:
      'npx tsx run.ts lab check\n# or, to give it up and be told what it was: npx tsx run.ts lab mend',
  })
}
