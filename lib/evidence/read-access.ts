import { type Json, listAt, textAt } from '../core/json.ts'
import type { KubeObject } from '../ports/cluster.ts'

/** The account under which CoreDNS asks the API server. */
type Account = { readonly namespace: string; readonly account: string }

/** What the account may do, by cluster roles bound to itself or to a group of accounts that it is in. */
export function accessSeen(
  of: Account,
  account: KubeObject | null,
  bindings: readonly KubeObject[],
  roles: readonly KubeObject[],
) {
  const binding = (...tests: readonly ((subject: Json) => boolean)[]) =>
    bindings
      .filter((one) => listAt(one, 'subjects').some((subject) => tests.some((is) => is(subject))))
      .map((one) => ({ name: one.metadata.name, role: textAt(one, 'roleRef', 'name') ?? '' }))
  const isAccount = isAccountOf(of)
  const named = binding(isAccount)
  const reaching = new Set(binding(isAccount, isGroupOf(of)).map(({ role }) => role))
  const there = new Set(roles.map(({ metadata }) => metadata.name))
  return {
    serviceAccount: account !== null,
    /** Bindings that name the account itself. */
    bindings: named,
    /** Bindings by which a kube-proxy reads Services: to its role, or of its usual names. */
    proxiers: bindings
      .filter((one) => reads(one) && listAt(one, 'subjects').length > 0)
      .map(({ metadata }) => metadata.name),
    /** Whom these bind, as the API server calls them: `system:kube-proxy`, `system:serviceaccount:a:b`. */
    proxyUsers: bindings.filter(reads).flatMap((one) => listAt(one, 'subjects').map(userOf)),
    /** Roles that a binding names and that are not there. */
    missingRoles: named.map(({ role }) => role).filter((role) => !there.has(role)),
    rules: roles
      .filter(({ metadata }) => reaching.has(metadata.name))
      .flatMap((role) =>
        listAt(role, 'rules').map((rule) => ({
          role: role.metadata.name,
          groups: textList(rule, 'apiGroups'),
          resources: textList(rule, 'resources'),
          verbs: textList(rule, 'verbs'),
        })),
      ),
  }
}

function isAccountOf({ namespace, account }: Account) {
  return (subject: Json): boolean =>
    textAt(subject, 'kind') === 'ServiceAccount' &&
    textAt(subject, 'namespace') === namespace &&
    textAt(subject, 'name') === account
}

/** The role of kube-proxy and its names in the chapter, in kubeadm's clusters and in others. */
function reads(binding: KubeObject): boolean {
  return (
    textAt(binding, 'roleRef', 'name') === 'system:node-proxier' ||
    listAt(binding, 'subjects').some((one) => /kube-proxy$/.test(textAt(one, 'name') ?? ''))
  )
}

function userOf(subject: Json): string {
  const name = textAt(subject, 'name') ?? ''
  if (textAt(subject, 'kind') !== 'ServiceAccount') return name
  return `system:serviceaccount:${textAt(subject, 'namespace') ?? ''}:${name}`
}

function isGroupOf({ namespace }: Account) {
  const every = 'system:serviceaccounts'
  const groups = [every, `${every}:${namespace}`, 'system:authenticated']
  return (subject: Json): boolean =>
    textAt(subject, 'kind') === 'Group' && groups.includes(textAt(subject, 'name') ?? '')
}

function textList(value: Json, key: string): readonly string[] {
  return listAt(value, key).filter((one) => typeof one === 'string')
}
