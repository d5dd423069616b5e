import { StepError } from '../core/errors.ts'
import { type Fingerprint, fingerprintOf } from '../core/fingerprint.ts'
import type { Observation } from '../core/observation.ts'
import { until } from '../core/until.ts'
import type { Before, HostReader } from '../ports/host.ts'
import type { Resource } from '../ports/resources.ts'
import { isObject, type Json } from '../core/json.ts'
import type { Change } from '../core/change.ts'
import type { Check, Reading, Step } from '../ports/step.ts'
import { type Heading, headingOf } from './heading.ts'

export interface Health {
  /** Completes "timed out after 60 s waiting for …": `3 healthy etcd members`. */
  readonly what: string
  readonly deadlineMs: number
  readonly intervalMs: number
  /** One look; proven in one line. */
  look(ctx: Reading): Promise<Observation>
}

/** A lab step: a list of resources, and how to tell that they work. */
export interface ResourceStep extends Heading {
  readonly resources: readonly Resource[]
  /** What all of them are, for the line that says there is nothing to do: `6 hosts on one bridge`. */
  readonly because: string
  /** For `explain`, where the general words do not fit. */
  readonly undo?: string
  /** Asked by `check`, waited for by `verify`. Left out where being there is enough. */
  readonly health?: Health
  /** Waits until what was made works, where one look at its health cannot tell. */
  readonly prove?: (ctx: Reading) => Promise<string>
}

/** Makes a step of a list of resources: what differs is the plan, what was found is the undo. */
export function resourceStep(of: ResourceStep): Step<readonly Before[]> {
  return {
    ...headingOf(of),
    about: {
      satisfied: of.because,
      undo: of.undo ?? 'what was made is removed, what was changed is put back as it was',
    },
    async check(ctx) {
      let open = await differing(ctx.host, of.resources)
      const seen = open.length > 0 ? undefined : await of.health?.look(ctx)
      // What has ended while it was asked is to be started again, not waited for.
      if (seen !== undefined && 'never' in seen) open = await differing(ctx.host, of.resources)
      if (open.length === 0) return running(of, seen)
      return {
        status: 'drifted',
        changes: open.map(({ change }) => change),
        undo: open.map(({ resource, now }) => ({ resource, now })),
        evidence: open.map(({ change, now }) => resourceFingerprint(change.what, now)),
      }
    },
    async apply(ctx) {
      const open = await differing(ctx.host, of.resources)
      const resources = open.map(({ resource }) => resource)
      await ctx.host.put(resources, ctx.progress)
    },
    verify: of.prove ?? ((ctx) => (of.health ? healthy(of.health, ctx) : there(of, ctx))),
    rollback: (ctx, undo) => ctx.host.restore(undo, ctx.undone),
  }
}

/** What was there of a resource. A file's text may hold anything: its digest has to do. */
function resourceFingerprint(what: string, now: Json): Fingerprint {
  const shown = isObject(now)
    ? Object.fromEntries(Object.entries(now).filter(([key]) => key !== 'text' && key !== 'base64'))
    : now
  return fingerprintOf(what, shown, { counts: now })
}

/** All is there; what does not answer, as a daemon whose memory was just away, is waited for. */
function running(
  { health, because }: ResourceStep,
  seen: Observation | undefined,
): Check<readonly Before[]> {
  if (seen === undefined || 'proven' in seen) return { status: 'satisfied', because }
  const note = seen.missing.join('; ')
  const change = { action: 'wait', what: health?.what ?? '', note } as const
  return { status: 'drifted', changes: [change], undo: [] }
}

/** Where being there is enough, it is looked at once more: to have made it proves nothing. */
async function there({ resources, because }: ResourceStep, ctx: Reading): Promise<string> {
  const open = await differing(ctx.host, resources)
  if (open.length === 0) return because
  throw new StepError({
    problem: `${open.map(({ change }) => change.what).join(', ')}: not as it was just made`,
    seen: open.map(({ change: { what, fields, note } }) =>
      [what, ...(fields ?? []).map(({ path }) => path), note ?? ''].join(' ').trimEnd(),
    ),
    cause: 'another program on this machine changes the same, or the kernel does not keep it',
    remedy: 'stop that program, then continue with npx tsx run.ts --resume',
  })
}

function healthy(health: Health, ctx: Reading): Promise<string> {
  return until(ctx, { ...health, look: () => health.look(ctx) })
}

async function differing(host: HostReader, resources: readonly Resource[]) {
  const sightings = await host.look(resources)
  const renewed = new Set<string>()
  return resources.flatMap((resource, i) => {
    const { now, change } = sightings[i] ?? { now: null, change: null }
    const due = change ?? outdated(resource, renewed)
    if (due === null) return []
    for (const path of writtenBy(resource)) renewed.add(path)
    return [{ resource, now, change: due }]
  })
}

/** The files that are other ones once the resource has been put. */
function writtenBy(resource: Resource): readonly string[] {
  if (resource.kind === 'certificate') return [`${resource.path}.pem`, `${resource.path}-key.pem`]
  return resource.kind === 'file' || resource.kind === 'secret-file' ? [resource.path] : []
}

/** What is as wanted now, and will not be once what it rests on is written again. */
function outdated(resource: Resource, renewed: ReadonlySet<string>): Change | null {
  if (resource.kind === 'certificate' && renewed.has(`${resource.authority ?? ''}.pem`)) {
    const note = 'issued again, as its authority is'
    return { action: 'change', what: `certificate ${resource.path}.pem`, note }
  }
  if (resource.kind === 'process' && resource.reads.some((path) => renewed.has(path))) {
    const note = 'started again, as what it reads is written again'
    return { action: 'change', what: `${resource.name} on ${resource.host}`, note }
  }
  return null
}
