import type { Reading } from '../../lib/ports/step.ts'

/** A thing of the fake world. Its uid is new each time it is made, as in a cluster. */
export interface Thing {
  readonly value: string
  readonly uid: number
  /** Who made it. */
  readonly by: string
}

/** Ends a process: from there on nothing that it does happens any more. */
export interface Mortal {
  /** Called at each point where a process may die; never resolves when it did. */
  point(name: string): Promise<void>
}

/** Lives as long as it likes. */
export const immortal: Mortal = { point: () => Promise.resolve() }

/** A process that dies at its n-th point (from 1). `died` resolves then. */
export function dyingAt(
  n: number,
): Mortal & { readonly died: Promise<string>; readonly points: string[] } {
  const points: string[] = []
  let tell: (name: string) => void = () => undefined
  const died = new Promise<string>((resolve) => (tell = resolve))
  return {
    points,
    died,
    point(name) {
      points.push(name)
      if (points.length < n) return Promise.resolve()
      tell(name)
      return new Promise(() => undefined)
    },
  }
}

/** A process to which something happens at its n-th point (from 1): an error, a Ctrl-C. */
export function strikingAt(n: number, strike: (name: string) => void): Mortal {
  let passed = 0
  return {
    async point(name) {
      await Promise.resolve()
      passed += 1
      if (passed === n) strike(name)
    },
  }
}

/** What outlives a process: things, journals, the lock. */
export class World {
  readonly things = new Map<string, Thing>()
  readonly journals = new Map<string, Uint8Array>()
  lockedBy: { readonly run: string; readonly process: Mortal } | null = null
  /** Mutations, in their order. */
  readonly writes: string[] = []
  private uids = 0

  set(key: string, value: string, by = 'hardway'): Thing {
    const uid = this.things.get(key)?.uid ?? (this.uids += 1)
    const thing = { value, uid, by }
    this.things.set(key, thing)
    return thing
  }

  /** Values only: uids of things made again differ. */
  get values(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.things].map(([key, { value }]) => [key, value] as const).toSorted(),
    )
  }
}

/** What fake steps find in the place of the host. */
export interface FakeHost {
  get(key: string): Thing | undefined
  put(key: string, value: string): Promise<Thing>
  remove(key: string): Promise<void>
}

/** The world as a process sees and changes it. */
export function realHost(world: World, process: Mortal): FakeHost {
  return {
    get: (key) => world.things.get(key),
    async put(key, value) {
      await process.point(`before put ${key}`)
      const thing = world.set(key, value)
      world.writes.push(`put ${key}`)
      await process.point(`after put ${key}`)
      return thing
    },
    async remove(key) {
      await process.point(`before remove ${key}`)
      world.things.delete(key)
      world.writes.push(`remove ${key}`)
      await process.point(`after remove ${key}`)
    },
  }
}

/** The world of a dry-run. */
export function overlayHost(world: World): FakeHost {
  const planned = new Map(world.things)
  return {
    get: (key) => planned.get(key),
    put(key, value) {
      const thing = { value, uid: 0, by: 'plan' }
      planned.set(key, thing)
      return Promise.resolve(thing)
    },
    remove(key) {
      planned.delete(key)
      return Promise.resolve()
    },
  }
}

/** The fake world behind the ports. */
export function hostOf(on: Reading): FakeHost {
  return on.host as unknown as FakeHost
}
