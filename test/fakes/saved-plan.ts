import type { Command } from '../../lib/engine/command.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import {
  parsePlan,
  planDigest,
  type PlanStore,
  type SavedPlan,
} from '../../lib/engine/saved-plan.ts'
import type { Bound, Setup } from '../../lib/engine/setup.ts'
import { fingerprintOf } from '../../lib/core/fingerprint.ts'
import type { Check, Step } from '../../lib/ports/step.ts'
import { fakeSetup, type FakeRun } from './engine.ts'
import { type FakeStep, fakeStep } from './engine-step.ts'
import { hostOf, type World } from './engine-world.ts'

/** A fake step that also tells what it rests on. */
export function step(of: FakeStep): Step {
  const made = fakeStep(of)
  return {
    ...made,
    async check(on) {
      const check = await made.check(on)
      if (check.status === 'unknown') return check
      const evidence = Object.keys(of.wants).map((key) => {
        const value = hostOf(on).get(key)?.value ?? null
        const found = value === null ? null : { value }
        return fingerprintOf(key, found, { asWanted: value === of.wants[key] })
      })
      return { ...check, evidence }
    },
  }
}

export const A = step({ id: 'a', wants: { a: '1' } })
export const B = step({ id: 'b', wants: { b: '1' }, requires: { a: 'a' } })
export const LOOK: Step = {
  ...step({ id: 'look', wants: {} }),
  check: (on) => Promise.resolve(progressOf(hostOf(on).get('progress')?.value)),
}

function progressOf(value = 'none'): Check {
  if (value === 'all') return { status: 'satisfied', because: 'all of it' }
  return {
    status: 'drifted',
    changes: [{ action: 'wait', what: 'progress', note: value }],
    undo: null,
  }
}

export const CHAPTER = [A, B, LOOK]

/** A place in memory for one plan. */
export function memoryStore(): PlanStore & { readonly texts: string[] } {
  const texts: string[] = []
  return {
    where: 'plan.json',
    texts,
    mustBeFree: () => Promise.resolve(),
    write(text) {
      texts.push(text)
      return Promise.resolve()
    },
  }
}

export async function dryRun(of: Omit<FakeRun, 'command'> & { readonly command?: Command }) {
  const store = memoryStore()
  const saving = { store, carryOut: 'run --plan plan.json' }
  const setup = fakeSetup({ command: { mode: 'dry-run' }, ...of, saving })
  const result = await runPlan(setup)
  return { result, events: setup.events, texts: store.texts }
}

export async function planOf(world: World, chapter = CHAPTER): Promise<SavedPlan> {
  const { texts } = await dryRun({ world, chapter })
  return parsePlan(texts[0] ?? '', 'plan.json')
}

/** A run that is bound to a plan; `onRehearsal` is called at the start of each. */
export function boundRun(
  of: FakeRun & { readonly plan: SavedPlan; readonly onRehearsal?: (n: number) => void },
): ReturnType<typeof fakeSetup> {
  const { plan, onRehearsal, ...rest } = of
  let rehearsals = 0
  const bound: Bound = {
    plan,
    where: 'plan.json',
    rehearse() {
      rehearsals += 1
      onRehearsal?.(rehearsals)
      const imagined: Setup = fakeSetup({ ...rest, command: { mode: 'dry-run' } })
      return Promise.resolve(imagined.lists)
    },
  }
  const { from, only } = plan
  const command: Command = { mode: 'run', from, only, savedPlan: planDigest(plan) }
  return fakeSetup({ command, ...rest, bound })
}
