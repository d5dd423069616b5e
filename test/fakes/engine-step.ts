import { LAYERS } from '../../lib/core/layers.ts'
import { type Explanation, StepError } from '../../lib/core/errors.ts'
import type { Json } from '../../lib/core/json.ts'
import type { Change } from '../../lib/core/change.ts'
import type { Acting, Reading, Step } from '../../lib/ports/step.ts'
import { hostOf } from './engine-world.ts'

/** A step that wants things to have values, and can be made to fail. */
export interface FakeStep {
  readonly id: string
  /** Key to value. */
  readonly wants: Readonly<Record<string, string>>
  /** Keys of other steps that must be there; the step each comes from. */
  readonly requires?: Readonly<Record<string, string>>
  readonly blocked?: Explanation
  /** A value that each thing has for a moment: the step is half done then. */
  readonly via?: string
  /** Called at the start of each, may throw. */
  readonly onCheck?: () => void
  readonly onApply?: () => void
  readonly onVerify?: () => void
  readonly onRollback?: () => void
  /** Called before each thing is given back, may throw. */
  readonly onGiveBack?: (key: string) => void
}

interface Was {
  readonly [key: string]: string | null
}

/** Makes a step of it. Created things are deleted again only if they are the ones it made. */
export function fakeStep(of: FakeStep): Step<Was> {
  const open = (on: Reading): readonly string[] =>
    Object.keys(of.wants).filter((key) => hostOf(on).get(key)?.value !== of.wants[key])
  return {
    id: of.id,
    title: `Make ${of.id}`,
    chapter: { section: '14', command: `make ${of.id}` },
    touches: LAYERS,
    about: { satisfied: 'it is so', undo: 'as it was' },
    check(on) {
      of.onCheck?.()
      for (const [key, after] of Object.entries(of.requires ?? {})) {
        if (hostOf(on).get(key) === undefined) {
          return Promise.resolve({ status: 'unknown', after, because: `there is no ${key}` })
        }
      }
      const keys = open(on)
      if (keys.length === 0)
        return Promise.resolve({ status: 'satisfied', because: `${of.id} is there` })
      const changes = keys.map((key): Change => ({
        action: hostOf(on).get(key) === undefined ? 'create' : 'change',
        what: key,
      }))
      const undo = Object.fromEntries(keys.map((key) => [key, hostOf(on).get(key)?.value ?? null]))
      const blocked = of.blocked === undefined ? {} : { blocked: of.blocked }
      return Promise.resolve({ status: 'drifted', changes, undo, ...blocked })
    },
    async apply(on) {
      for (const key of open(on)) {
        const created = hostOf(on).get(key) === undefined
        const { uid } = await hostOf(on).put(key, of.via ?? of.wants[key] ?? '')
        if (created) await on.record({ [key]: uid })
        if (of.via !== undefined) await hostOf(on).put(key, of.wants[key] ?? '')
      }
      of.onApply?.()
    },
    verify(on) {
      of.onVerify?.()
      const missing = open(on)
      if (missing.length > 0)
        throw new StepError({ problem: `no ${missing.join()}`, remedy: 'none' })
      return Promise.resolve(`${of.id} proven`)
    },
    async rollback(on, undo, facts) {
      of.onRollback?.()
      const lines: string[] = []
      for (const [key, value] of Object.entries(undo)) {
        of.onGiveBack?.(key)
        const line = await giveBack(on, { key, value, facts })
        if (line !== null) lines.push(line)
        on.undone(lines)
      }
      return lines
    },
  }
}

async function giveBack(
  on: Acting,
  { key, value, facts }: { key: string; value: string | null; facts: readonly Json[] },
): Promise<string | null> {
  const host = hostOf(on)
  const thing = host.get(key)
  if (value !== null) {
    if (thing?.value === value) return null
    await host.put(key, value)
    return `${key} is ${value} again`
  }
  if (thing === undefined) return null
  const recorded = facts.flatMap((fact) => Object.entries(fact as Record<string, number>))
  const ours =
    recorded.some(([name, uid]) => name === key && uid === thing.uid) || thing.by === 'hardway'
  if (!ours) return `${key} is someone else's`
  await host.remove(key)
  return `${key} removed`
}
