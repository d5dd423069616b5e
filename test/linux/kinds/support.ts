import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'
import assert from 'node:assert/strict'
import type { Host, Sighting } from '../../../lib/ports/host.ts'
import { allKinds } from '../../../lib/linux/kinds.ts'
import { linuxHost } from '../../../lib/linux/linux.ts'
import type { ProgramsContext } from '../../../lib/supply/programs/context.ts'
import type { Resource } from '../../../lib/ports/resources.ts'
import type { Json } from '../../../lib/core/json.ts'

/** Why tests of namespaces, mounts, cgroups and daemons cannot be run here; false where they can. */
export const skip: string | false =
  process.platform !== 'linux'
    ? `needs Linux, this is ${process.platform}`
    : process.geteuid?.() !== 0
      ? 'needs root'
      : false

const CONTEXT: ProgramsContext = { cacheDir: '/nowhere/cache', projectDir: '/nowhere', env: {} }

/** The real machine, with every kind. */
export function realHost(options: { readonly context?: ProgramsContext } = {}): Host {
  return linuxHost({
    kinds: allKinds(options.context ?? CONTEXT, new AbortController().signal),
    readOnly: false,
    onWrite: () => undefined,
  })
}

const host = realHost()

/** What is there of one resource. */
export async function look(resource: Resource): Promise<Sighting> {
  const [found] = await host.look([resource])
  assert.ok(found)
  return found
}

export async function now(resource: Resource): Promise<Json> {
  return (await look(resource)).now
}

export function put(...resources: readonly Resource[]): Promise<void> {
  return host.put(resources, () => undefined)
}

/** Gives one resource back; the lines for people. */
export function restore(resource: Resource, before: Json): Promise<readonly string[]> {
  return host.restore([{ resource, now: before }])
}

/**
 * What holds for every kind that is not there at first: absent, made, made again, removed, removed
 * again; the machine's own words for both ends.
 */
export async function makesAndRemoves(resource: Resource, name: string): Promise<void> {
  assert.deepEqual(await look(resource), { now: null, change: { action: 'create', what: name } })
  for (const time of ['once', 'again']) {
    await put(resource)
    assert.equal((await look(resource)).change, null, time)
  }
  for (const time of ['once', 'again']) {
    assert.deepEqual(await restore(resource, null), [`${name} removed`], time)
    assert.equal(await now(resource), null, time)
  }
}

/** Runs a program of the system; what it printed. */
export async function sh(file: string, ...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(file, args)).stdout.trim()
}

// By chance, not by process id: one that was killed leaves its namespaces behind, and its id comes again.
const mine = randomBytes(3).toString('hex')
let made = 0

/** A name that nobody else has, at most 15 letters as a link wants it. */
export function freshName(): string {
  made += 1
  return `hwt-${mine}-${String(made)}`
}

/** A network namespace that goes away with the test. */
export async function namespace(t: TestContext): Promise<string> {
  const name = freshName()
  t.after(async () => {
    await sh('ip', 'netns', 'delete', name).catch(() => undefined)
    await rm(`/run/netns/${name}`, { force: true })
  })
  await put({ kind: 'network-namespace', name })
  return name
}
