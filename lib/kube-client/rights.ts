import { StepError } from '../core/errors.ts'
import { at, type Json, listAt, textAt } from '../core/json.ts'
import type { Lacking, Need } from '../ports/cluster.ts'
import type { Server } from './discovery.ts'

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubject'
const WHO_AM_I = '/apis/authentication.k8s.io/v1/selfsubjectreviews'

/** A namespace that nobody is given rights in: what is allowed there is allowed everywhere. */
const NOBODYS = 'kube-node-lease'

/** One right, as the API asks for it. */
type Right = {
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly verb: string
  readonly namespace: string
  readonly name: string
}

/**
 * Asks which of these rights lack. One request for each namespace tells all that the user may; only what is not
 * among that, such as what another authorizer allows, is asked one by one. Reviews store nothing.
 */
export function lackingRights({ api, discover }: Server) {
  const review = async (path: string, body: Json): Promise<Json | undefined> => {
    const reply = await api.read({ method: 'POST', path, body }, 'ask what this user may do')
    return reply.status === 201 || reply.status === 200 ? at(reply.body, 'status') : undefined
  }
  const rulesIn = async (namespace: string) => {
    const status = await review(`${REVIEWS}rulesreviews`, {
      ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview' },
      spec: { namespace: namespace === '' ? NOBODYS : namespace },
    })
    return [namespace, status === undefined ? null : listAt(status, 'resourceRules')] as const
  }
  const isRefused = async (right: Right): Promise<boolean> => {
    const status = await review(`${REVIEWS}accessreviews`, {
      ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' },
      spec: { resourceAttributes: right },
    })
    return at(status, 'allowed') === false
  }
  const rightsOf = async (need: Need): Promise<readonly Right[]> => {
    const { apiVersion, kind, part = '', verbs, namespace = '', name = '' } = need
    const found = await discover(apiVersion, kind).catch((error: unknown) => {
      // A kind that is not there is told when it is planned.
      if (error instanceof StepError && error.obstacle) return null
      throw error
    })
    if (found === null) return []
    const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
    const what = { group, resource: found.plural, subresource: part, namespace, name }
    return verbs.map((verb) => ({ ...what, verb }))
  }

  return async (needs: readonly Need[]): Promise<Lacking | null> => {
    const rights = (await Promise.all(needs.map(rightsOf))).flat()
    const namespaces = [...new Set(rights.map(({ namespace }) => namespace))]
    const rules = new Map(await Promise.all(namespaces.map(rulesIn)))
    const doubtful = rights.filter((right) => {
      const found = rules.get(right.namespace)
      return found != null && !found.some((rule) => allows(rule, right))
    })
    const refused = await Promise.all(doubtful.map(isRefused))
    const lacking = doubtful.filter((_, i) => refused[i])
    if (lacking.length === 0) return null
    const self = await review(WHO_AM_I, {
      ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    })
    const user = textAt(self, 'userInfo', 'username') ?? api.target.user
    const groups = Map.groupBy(lacking, ({ resource, group, subresource, namespace }) =>
      JSON.stringify([resource, group, subresource, namespace]),
    )
    return {
      user,
      rights: [...groups.values()].flatMap(([first, ...others]) =>
        first === undefined
          ? []
          : [
              spelled(
                first,
                [first, ...others].map(({ verb }) => verb),
              ),
            ],
      ),
    }
  }
}

function allows(rule: Json, { group, resource, subresource, verb, name }: Right): boolean {
  const has = (key: string, ...wanted: readonly string[]): boolean =>
    listAt(rule, key).some(
      (one) => one === '*' || (typeof one === 'string' && wanted.includes(one)),
    )
  const whole = subresource === '' ? [resource] : [`${resource}/${subresource}`, `*/${subresource}`]
  const names = listAt(rule, 'resourceNames')
  if (names.length > 0 && !names.includes(name)) return false
  return has('apiGroups', group) && has('resources', ...whole) && has('verbs', verb)
}

function spelled({ resource, group, subresource, namespace }: Right, verbs: readonly string[]) {
  const name = group === '' ? resource : `${resource}.${group}`
  return {
    resource: subresource === '' ? name : `${name}/${subresource}`,
    verbs: [...new Set(verbs)],
    ...(namespace === '' ? {} : { namespace }),
  }
}
