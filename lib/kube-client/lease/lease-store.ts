import { StepError } from '../../core/errors.ts'
import { at, textAt } from '../../core/json.ts'
import type { KubeObject, ObjectRef } from '../../ports/cluster.ts'
import { collectionPath, objectPath, type Server } from '../discovery.ts'
import { isStale, sendGuarded } from '../guarded-write.ts'
import type { Lease, LeaseStore, LeaseWords } from './lease.ts'
import { isKubeObject, metaText, say } from '../../objects/objects.ts'
import type { Reply, Request } from '../wire.ts'

/** The one Lease of this program in a cluster, beside those of Kubernetes' own components. */
export const LEASE = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: 'kube-system',
  name: 'hardway',
} as const satisfies ObjectRef

/** The annotation that says which process holds it, for later runs on the same machine. */
const PROCESS = 'hardway/process'

/** A write of the Lease, and what it is made over; null where there must be none. */
interface Write {
  readonly request: Request
  readonly did: string
  readonly words: LeaseWords
  readonly over: Lease | null
}

/** The Lease in the cluster. Every write of it carries uid and resourceVersion, or must-not-exist. */
export function leaseStore(server: Server, manager: string): LeaseStore {
  const { api, discover } = server
  const query = { fieldManager: manager, fieldValidation: 'Strict' }
  const path = async (): Promise<string> =>
    objectPath(LEASE, await discover(LEASE.apiVersion, LEASE.kind))
  const explain = (reply: Reply, did: string): Error =>
    reply.status === 403 ? mayNot(server, reply, did) : api.explain(reply, did)

  const read = async (): Promise<Lease | null> => {
    const did = `read ${say(LEASE)}`
    const reply = await api.ask({ method: 'GET', path: await path() }, did)
    if (reply.status === 404) return null
    const lease = stored(reply)
    if (lease === undefined) throw explain(reply, did)
    return lease
  }
  const write = ({ request, did, words, over }: Write): Promise<Lease | 'moved'> =>
    sendGuarded<Lease | 'moved'>(api, {
      request,
      did,
      judge: (reply) => {
        if (reply.status === 403) throw explain(reply, did)
        return isStale(reply) ? 'moved' : stored(reply)
      },
      happened: async () => {
        const now = await read()
        if (now !== null && says(now, words)) return now
        return now?.version === over?.version ? 'no' : 'moved'
      },
    })

  return {
    where: say(LEASE),
    read,
    async create(words) {
      const resource = await discover(LEASE.apiVersion, LEASE.kind)
      const collection = collectionPath(LEASE.apiVersion, resource, LEASE.namespace)
      const body = bodyOf(words)
      const request = { method: 'POST', path: collection, query, body } as const
      return write({ request, did: `create ${say(LEASE)}`, words, over: null })
    },
    async replace(over, words) {
      const body = bodyOf(words, over)
      const request = { method: 'PUT', path: await path(), query, body } as const
      return write({ request, did: `update ${say(LEASE)}`, words, over })
    },
    async remove({ uid, version }) {
      // By the uid alone it would also delete what somebody else has taken over.
      const preconditions = { uid, resourceVersion: version }
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions }
      return sendGuarded<'removed' | 'moved'>(api, {
        request: { method: 'DELETE', path: await path(), body },
        did: `delete ${say(LEASE)}`,
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

function bodyOf(words: LeaseWords, over?: Lease) {
  const { apiVersion, kind, namespace, name } = LEASE
  return {
    apiVersion,
    kind,
    metadata: {
      namespace,
      name,
      ...(over === undefined ? {} : { uid: over.uid, resourceVersion: over.version }),
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
function says(lease: Lease, words: LeaseWords): boolean {
  return (Object.keys(words) as (keyof LeaseWords)[]).every((key) => lease[key] === words[key])
}

/**
 * Without the Lease a run cannot be kept apart from one on another machine, so it does not go on: a
 * promise that is given up where it is inconvenient is none.
 */
function mayNot({ api }: Server, reply: Reply, did: string): StepError {
  const { kubeconfig, context, user } = api.target
  const kubectl = `kubectl --kubeconfig ${kubeconfig} --context ${context} -n ${LEASE.namespace}`
  return new StepError({
    problem: `user ${user} may not ${did}, which keeps runs on several machines apart`,
    seen: [`403: ${textAt(reply.body, 'message') ?? reply.text}`],
    remedy:
      `have the permission granted: ${kubectl} create role ${LEASE.name} --verb=get,create,update,delete ` +
      `--resource=leases.coordination.k8s.io; ${kubectl} create rolebinding ${LEASE.name} --role=${LEASE.name} --user=NAME`,
  })
}
