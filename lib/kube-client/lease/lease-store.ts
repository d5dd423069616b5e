import { StepError } from '../../core/errors.ts'
import { at, textAt } from '../../core/json.ts'
import type { KubeObject } from '../../ports/cluster.ts'
import { ref } from '../../ports/refs.ts'
import { collectionPath, objectPath, type Server } from '../discovery.ts'
import { messageIn, userIn } from '../failures.ts'
import { isStale, sendGuarded } from '../guarded-write.ts'
import type { Lease, LeaseStore, LeaseSpec } from './lease.ts'
import { grant } from '../../objects/missing-rights.ts'
import { isKubeObject, metaText, describe } from '../../objects/objects.ts'
import type { Reply, Request } from '../wire.ts'

/** The one Lease of this program in a cluster, beside those of Kubernetes' own components. */
export const LEASE = ref.lease('hardway', 'kube-system')

/** The annotation that says which process holds it, for later runs on the same machine. */
const PROCESS = 'hardway/process'

/** The Lease in the cluster. Every write of it carries uid and resourceVersion, or must-not-exist. */
export function leaseStore(server: Server, manager: string): LeaseStore {
  const { api, discover } = server
  const query = { fieldManager: manager, fieldValidation: 'Strict' }
  const path = async (): Promise<string> =>
    objectPath(LEASE, await discover(LEASE.apiVersion, LEASE.kind))
  const explain = (reply: Reply, operation: string): Error =>
    reply.status === 403 ? mayNot(server, reply, operation) : api.explain(reply, operation)

  const read = async (): Promise<Lease | null> => {
    const operation = `read ${describe(LEASE)}`
    const reply = await api.read({ method: 'GET', path: await path() }, operation)
    if (reply.status === 404) return null
    const lease = stored(reply)
    if (lease === undefined) throw explain(reply, operation)
    return lease
  }
  /** Over a Lease, or where there must be none. */
  const write = async (words: LeaseSpec, over: Lease | null): Promise<Lease | 'moved'> => {
    const resource = await discover(LEASE.apiVersion, LEASE.kind)
    const body = bodyOf(words, over)
    const collection = collectionPath(LEASE.apiVersion, resource, LEASE.namespace)
    const request: Request =
      over === null
        ? { method: 'POST', path: collection, query, body }
        : { method: 'PUT', path: objectPath(LEASE, resource), query, body }
    const operation = `${over === null ? 'create' : 'update'} ${describe(LEASE)}`
    return sendGuarded<Lease | 'moved'>(api, {
      request,
      operation,
      judge: (reply) => {
        if (reply.status === 403) throw explain(reply, operation)
        return isStale(reply) ? 'moved' : stored(reply)
      },
      happened: async () => {
        const now = await read()
        if (now !== null && says(now, words)) return now
        return now?.version === over?.version ? 'no' : 'moved'
      },
    })
  }

  return {
    where: describe(LEASE),
    read,
    create: (words) => write(words, null),
    replace: (over, words) => write(words, over),
    async remove({ uid, version }) {
      // By the uid alone it would also delete what somebody else has taken over.
      const preconditions = { uid, resourceVersion: version }
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions }
      return sendGuarded<'removed' | 'moved'>(api, {
        request: { method: 'DELETE', path: await path(), body },
        operation: `delete ${describe(LEASE)}`,
        judge: (reply) => {
          if (reply.status === 200 || reply.status === 404) return 'removed'
          return reply.status === 409 ? 'moved' : undefined
        },
        happened: async () => {
          const now = await read()
          if (now === null) return 'removed'
          return now.version === version ? 'no' : 'moved'
        },
      })
    },
  }
}

function bodyOf(words: LeaseSpec, over: Lease | null) {
  const { namespace, name, ...type } = LEASE
  return {
    ...type,
    metadata: {
      namespace,
      name,
      ...(over === null ? {} : { uid: over.uid, resourceVersion: over.version }),
      ...(words.process === null ? {} : { annotations: { [PROCESS]: words.process } }),
    },
    spec: {
      holderIdentity: words.holder,
      acquireTime: words.acquired,
      renewTime: words.renewed,
      leaseDurationSeconds: words.seconds,
      leaseTransitions: words.transitions,
    },
  }
}

function stored({ status, body }: Reply): Lease | undefined {
  return (status === 200 || status === 201) && isKubeObject(body) ? leaseOf(body) : undefined
}

function leaseOf(object: KubeObject): Lease {
  const number = (key: string): number => {
    const value = at(object, 'spec', key)
    return typeof value === 'number' ? value : 0
  }
  return {
    uid: metaText(object, 'uid') ?? '',
    version: metaText(object, 'resourceVersion') ?? '',
    process: textAt(object, 'metadata', 'annotations', PROCESS) ?? null,
    holder: textAt(object, 'spec', 'holderIdentity') ?? '',
    acquired: textAt(object, 'spec', 'acquireTime') ?? '',
    renewed: textAt(object, 'spec', 'renewTime') ?? '',
    seconds: number('leaseDurationSeconds'),
    transitions: number('leaseTransitions'),
  }
}

/** True where the Lease is what a write of these words makes of it. */
function says(lease: Lease, words: LeaseSpec): boolean {
  return (Object.keys(words) as (keyof LeaseSpec)[]).every((key) => lease[key] === words[key])
}

/** A run that may not write the Lease cannot be kept apart from one on another machine, so it does not go on. */
function mayNot({ api }: Server, reply: Reply, operation: string): StepError {
  const user = userIn(reply) ?? api.target.user
  const verbs = ['get', 'create', 'update', 'delete']
  const resource = 'leases.coordination.k8s.io'
  const explanation = {
    problem: `user ${user} may not ${operation}, which keeps runs on several machines apart`,
    seen: [`403: ${messageIn(reply)}`],
    remedy: grant({ user, rights: [{ resource, verbs, namespace: LEASE.namespace }] }),
  }
  return new StepError(explanation, { obstacle: true, lacksRight: true })
}
