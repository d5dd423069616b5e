import { inTurn } from '../../lib/ports/task-runner.ts'
import type { Clock } from '../../lib/core/clock.ts'
import type { Hints } from '../../lib/engine/command.ts'
import type { Event } from '../../lib/ports/events.ts'
import type { JournalStore, Lock, Ports, Setup, StepList } from '../../lib/engine/setup.ts'
import { LockedError } from '../../lib/core/errors.ts'
import type { Acting, Step } from '../../lib/ports/step.ts'
import {
  type FakeHost,
  type Mortal,
  type World,
  immortal,
  overlayHost,
  realHost,
} from './engine-world.ts'

/** The ports of a fake run. */
export function portsOf(host: FakeHost, clock: Clock): Ports {
  const shared = {
    host: host as unknown as Acting['host'],
    cluster: null as unknown as Acting['cluster'],
    clock,
  }
  return {
    reading: (hooks) => ({ ...shared, ...hooks }),
    acting: (hooks) => ({ ...shared, ...hooks }),
  }
}

/** Time that passes only by sleeping. */
export function fakeClock(): Clock {
  let now = Date.parse('2026-01-02T03:04:05Z')
  return {
    now: () => new Date(now),
    sleep(ms, signal) {
      if (signal.aborted) return Promise.reject(signal.reason as Error)
      now += ms
      return Promise.resolve()
    },
  }
}

/** A journal in memory that may be torn by the death of its process. */
export function memoryJournal(
  world: World,
  name: string,
  process: Mortal = immortal,
): JournalStore {
  return {
    where: `/state/${name}`,
    read: () => Promise.resolve(world.journals.get(name) ?? null),
    async write(offset, bytes) {
      await process.point(`before journal ${name}`)
      const before = world.journals.get(name)
      const kept = (before ?? new Uint8Array()).subarray(0, offset)
      const put = (part: Uint8Array): unknown =>
        world.journals.set(name, Buffer.concat([kept, part]))
      put(bytes.subarray(0, Math.ceil(bytes.length / 2)))
      try {
        await process.point(`torn journal ${name}`)
      } catch (error) {
        // A full disk is noticed, other than death: then nothing of it stays.
        if (before === undefined) world.journals.delete(name)
        else world.journals.set(name, before)
        throw error
      }
      put(bytes)
      await process.point(`after journal ${name}`)
    },
    close: () => Promise.resolve(),
  }
}

/** A lock whose dead holders do not count. */
export function memoryLock(
  world: World,
  process: Mortal,
  alive: (holder: Mortal) => boolean,
): Lock {
  return {
    async take(run, step) {
      await process.point('before lock')
      const holder = world.lockedBy
      if (holder !== null && alive(holder.process)) {
        throw new LockedError({ problem: `run ${holder.run} holds the lock`, remedy: 'wait' })
      }
      const mine = { run, process }
      world.lockedBy = mine
      world.writes.push(`lock ${step}`)
      await process.point('after lock')
      return {
        at: () => Promise.resolve(),
        async release() {
          await process.point('before unlock')
          if (world.lockedBy === mine) world.lockedBy = null
          await process.point('after unlock')
        },
      }
    },
  }
}

/** What a journal says, a line each: `intent a`, `done a`. */
export function journalOf(world: World, name: string): readonly string[] {
  const text = Buffer.from(world.journals.get(name) ?? []).toString()
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.slice(1).map((line) => {
    const { type, step, n, outcome, mode } = JSON.parse(line) as Record<string, string>
    return [type, step ?? outcome ?? mode ?? n].join(' ')
  })
}

/** Events in short: `started a`, `done a`; progress left out. */
export function story(events: readonly Event[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.type === 'step-progress') return []
    if ('step' in event) return [`${event.type.slice('step-'.length)} ${event.step}`]
    return event.type === 'run-ended' ? [`${event.outcome} ${String(event.code)}`] : []
  })
}

/** The event of that type; fails where there is none. */
export function eventOf<T extends Event['type']>(
  events: readonly Event[],
  type: T,
): Extract<Event, { type: T }> {
  const found = events.find((event): event is Extract<Event, { type: T }> => event.type === type)
  if (found === undefined) throw new Error(`no event ${type}`)
  return found
}

/** The commands that fake runs name. */
export const hints: Hints = {
  again: 'run',
  resume: 'run --resume',
  all: 'run',
  undo: 'run rollback',
}

/** What may be set in a test; the rest is filled in. */
export interface FakeRun extends Partial<Omit<Setup, 'lists'>> {
  readonly world: World
  readonly lab?: readonly Step[]
  readonly chapter?: readonly Step[]
  readonly process?: Mortal
  readonly list?: Partial<StepList>
}

/** A setup over a fake world, and the events that it will give. */
export function fakeSetup(of: FakeRun): Setup & { readonly events: Event[] } {
  const { world, lab, chapter, process = immortal, list, ...rest } = of
  const events: Event[] = []
  const command = of.command ?? { mode: 'run' }
  const clock = of.clock ?? fakeClock()
  const isDry =
    command.mode === 'dry-run' || (command.mode === 'rollback' && command.dryRun === true)
  const host = isDry ? overlayHost(world) : realHost(world, process)
  const ports = portsOf(host, clock)
  const lists = (['lab', 'chapter'] as const).flatMap((name): StepList[] => {
    const steps = name === 'lab' ? lab : chapter
    if (steps === undefined) return []
    const journal = memoryJournal(world, name, process)
    return [{ name, steps, ports, journal, target: 'fake', ...list }]
  })
  return {
    lists,
    command,
    inventory: 'inventory-1',
    target: 'a fake world',
    lock: memoryLock(world, process, () => true),
    clock,
    signal: new AbortController().signal,
    sink: (event) => events.push(event),
    runTasks: inTurn,
    hints,
    program: '1.0.0',
    seal: (value) => value,
    ledger: () => ({ reads: 0, dryRuns: 0, writes: 0, hostWrites: 0 }),
    run: 'run-1',
    ...rest,
    events,
  }
}
