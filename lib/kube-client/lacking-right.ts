import { defined } from '../core/defined.ts'
import { grant } from '../objects/missing-rights.ts'
import type { Lacking } from '../ports/cluster.ts'

/** The API server's words for a right that lacks: verb, resource and where. */
const LACKING =
  /\bcannot (\w+) resource "([^"]+)" in API group "([^"]*)" (?:at the cluster scope|in the namespace "([^"]+)")/
const POD_SOCKET = /\/namespaces\/([^/]+)\/pods\/[^/]+\/(exec|portforward)$/

type LackingRight = Lacking['rights'][number]

/**
 * Since 1.35 the API server asks once more whether whoever opens a websocket to a pod may also `create` it, and
 * refuses without naming the right (feature gate AuthorizePodWebsocketUpgradeCreatePermission).
 */
export function lackingRight(message: string, path: string): LackingRight | undefined {
  const [said, verb = '', name = '', group = '', namespace] = LACKING.exec(message) ?? []
  if (said !== undefined) {
    const [kind = '', ...sub] = name.split('/')
    const resource = [group === '' ? kind : `${kind}.${group}`, ...sub].join('/')
    return defined({ resource, verbs: [verb], namespace })
  }
  const [, place, what] = POD_SOCKET.exec(path) ?? []
  if (what === undefined || !/^pods "[^"]*" is forbidden: *$/.test(message)) return undefined
  return defined({ resource: `pods/${what}`, verbs: ['create'], namespace: place })
}

export function rightWords({ verbs, resource, namespace }: LackingRight): string {
  const where = namespace === undefined ? '' : ` in the namespace "${namespace}"`
  return `${verbs.join(', ')} ${resource.replace(/\.[^/]*/, '')}${where}`
}

/** What an admin has to run for the user whom the server names; undefined where it names none, or no right. */
export function grantFor(message: string, lacks: LackingRight | undefined): string | undefined {
  const escalating = ESCALATION.exec(message)?.[1]
  if (escalating !== undefined) {
    const roles = { resource: 'clusterroles.rbac.authorization.k8s.io', verbs: [] }
    return grant({ user: escalating, rights: [roles] })
  }
  const user = userNamed(message)
  return user === undefined || lacks === undefined ? undefined : grant({ user, rights: [lacks] })
}

/** Where roles are to be written that allow more than their writer may. */
const ESCALATION = /user "([^"]+)" .*is attempting to grant RBAC permissions not currently held/

/** As the server knows who has asked. */
export function userNamed(message: string): string | undefined {
  return /User "([^"]+)" cannot /.exec(message)?.[1]
}
