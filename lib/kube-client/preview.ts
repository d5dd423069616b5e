import { StepError } from '../core/errors.ts'
import { textAt } from '../core/json.ts'
import type { Holder } from '../core/look-data.ts'
import { type FieldConflict, type KubeObject, type Preview, refOf } from '../ports/cluster.ts'
import { objectPath, type Server } from './discovery.ts'
import { messageIn } from './failures.ts'
import { judge } from './judge-preview.ts'
import { isKubeObject, metaText, describe } from '../objects/objects.ts'
import { getObject } from './reader.ts'

/** GET and dry-run must see the same version; an object that changes more often than this is reported. */
const TRIES = 6

/** In a namespace that is new, a pod may come before the controller manager has made its account (403). */
const NO_ACCOUNT_YET = /error looking up service account \S+: serviceaccount "[^"]*" not found/

/** Who has the fixed clusterIP of a Service that is to be made; null where nobody. */
export type HolderOf = (clusterIP: string, not: KubeObject) => Promise<Holder | null>

/** How much is taken from other owners: never anything that is not named. */
export type Adopt = readonly FieldConflict[]

/** Server-side apply with dryRun=All beside a GET, by the rules of docs/server-side-apply.md. */
export function previewer(server: Server, manager: string, holderOf: HolderOf) {
  const { api, discover } = server

  const look = async (object: KubeObject, force: boolean): Promise<Preview> => {
    const path = objectPath(refOf(object), await discover(object.apiVersion, object.kind))
    const operation = `plan ${describe(object)}`
    for (let tried = 1; tried <= TRIES; tried += 1) {
      const [got, dry] = await Promise.all([
        api.read({ method: 'GET', path }, `read ${describe(object)}`),
        api.read(applyRequest(path, object, { manager, force, dryRun: true }), operation),
      ])
      if (got.status !== 200 && got.status !== 404)
        throw api.explain(got, `read ${describe(object)}`)
      const live = got.status === 200 && isKubeObject(got.body) ? got.body : null
      const preview = judge(object, live, dry)
      if (preview === 'unexpected' && (tried === TRIES || !NO_ACCOUNT_YET.test(messageIn(dry)))) {
        throw api.explain(dry, operation)
      }
      if (preview !== 'again' && preview !== 'unexpected')
        return withFreeAddress(preview, object, holderOf)
      await api.pause(tried, dry)
    }
    throw tooFast(object)
  }
  return async (object: KubeObject, adopt: Adopt = []): Promise<Preview> => {
    if (adopt.length === 0) return look(object, false)
    for (let tried = 1; tried <= TRIES; tried += 1) {
      const earlier = await getObject(server, refOf(object))
      const asked = await look(object, false)
      if (asked.outcome !== 'conflict' || !coveredBy(asked.conflicts, adopt)) return asked
      const forced = await look(object, true)
      // The same version at both ends: the conflicts agreed to are all that forcing takes.
      if (versionOf(forced.live) === versionOf(earlier)) return forced
    }
    throw tooFast(object)
  }
}

function versionOf(object: KubeObject | null): string | undefined {
  return object === null ? undefined : metaText(object, 'resourceVersion')
}

function tooFast(object: KubeObject): StepError {
  return new StepError({
    problem: `${describe(object)} changes faster than it can be planned`,
    seen: [`${TRIES} looks, and each time somebody had written in between`],
    remedy: `kubectl get ${object.kind} ${object.metadata.name} -w --show-managed-fields -o yaml shows who writes; stop that, then run again`,
  })
}

function coveredBy(conflicts: readonly FieldConflict[], adopt: Adopt): boolean {
  return conflicts.every(({ field, manager }) =>
    adopt.some((one) => one.field === field && one.manager === manager),
  )
}

/** The request of server-side apply. JSON is YAML, which is all that this content type wants. */
export function applyRequest(
  path: string,
  object: KubeObject,
  { manager, force, dryRun }: { manager: string; force: boolean; dryRun: boolean },
) {
  return {
    method: 'PATCH',
    path,
    query: {
      fieldManager: manager,
      fieldValidation: 'Strict',
      force: String(force),
      ...(dryRun ? { dryRun: 'All' } : {}),
    },
    body: object,
    contentType: 'application/apply-patch+yaml',
  } as const
}

async function withFreeAddress(
  preview: Preview,
  object: KubeObject,
  holderOf: HolderOf,
): Promise<Preview> {
  if (preview.outcome !== 'created') return preview
  const address = object.kind === 'Service' ? textAt(object, 'spec', 'clusterIP') : undefined
  if (address === undefined || address === 'None' || address === '') return preview
  // Dry-run does not notice a clusterIP that is taken; the real write would fail (docs/server-side-apply.md).
  const holder = await holderOf(address, object)
  if (holder === null) return preview
  const { namespace, name, owner } = holder
  const whose = `service/${name} in ${namespace}${owner === undefined ? '' : ` (${owner})`}`
  const message = `${address} belongs to ${whose}`
  return { outcome: 'invalid', live: null, reasons: [{ field: 'spec.clusterIP', message, holder }] }
}
