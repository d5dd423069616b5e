import { MAKE_ROOM, NO_ROOM } from '../core/etcd-space.ts'
import type { Explanation } from '../core/errors.ts'
import { at, type Json, textAt } from '../core/json.ts'
import type { Target } from './kubeconfig.ts'
import type { Reply } from './wire.ts'

/** What is said of an answer, beside what was seen. */
export type Saying = Omit<Explanation, 'seen'>

/** What a status means, where the rest of the answer does not matter. */
const STATUS: Readonly<Record<number, Saying>> = {
  400: {
    problem: 'the API server finds the request malformed',
    remedy: 'fix what the message names',
  },
  409: { problem: 'somebody else wrote in between', remedy: 'run again: a new plan is then made' },
  410: {
    problem: 'what was asked for is older than the API server remembers',
    remedy: 'run again',
  },
  413: {
    problem: 'the request is too large for the API server',
    remedy: 'make the object smaller',
  },
  422: {
    problem: 'the API server does not accept the values',
    remedy: 'fix the fields that it names',
  },
}

/** Whatever the status: in etcd's own words. */
export const NO_WRITES: Saying = {
  problem: 'the API server can write nothing',
  cause: NO_ROOM,
  remedy: `${MAKE_ROOM}   # on a controller, with ETCDCTL_CACERT, ETCDCTL_CERT and ETCDCTL_KEY`,
}

export function sayStatus({ status, body }: Reply, target: Target, kubectl: string): Saying {
  switch (status) {
    case 401:
      return {
        problem: `the API server does not accept the credentials of user ${target.user}`,
        cause: 'the token or certificate has expired, was revoked, or is from another cluster',
        remedy: `${kubectl} auth whoami; then renew user ${target.user} in ${target.kubeconfig}`,
      }
    case 404:
      return absent(body, kubectl)
    case 429:
      return {
        problem: 'the API server asks to retry later than this program waits',
        remedy: `${kubectl} get --raw /metrics | grep apiserver_flowcontrol_rejected; then run again`,
      }
    default:
      return (
        STATUS[status] ?? {
          problem: `the API server ${target.server} failed with status ${status}`,
          remedy: `${kubectl} get --raw '/readyz?verbose'`,
        }
      )
  }
}

/** Kinds of 404: an object or its namespace, or an address that this server does not serve. */
function absent(body: Json | undefined, kubectl: string): Saying {
  const details = at(body, 'details')
  const [kind, name] = [textAt(details, 'kind'), textAt(details, 'name')]
  if (kind === undefined || name === undefined) {
    const remedy = `${kubectl} api-resources`
    return { problem: 'the API server does not know this address', remedy }
  }
  return { problem: `${kind} "${name}" is not there`, remedy: `${kubectl} get ${kind} -A` }
}
