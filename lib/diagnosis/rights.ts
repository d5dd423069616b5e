import { type AccessSeen, type Evidence, valueOf } from '../evidence/evidence.ts'

/** A right that CoreDNS needs and does not have. */
export type LackingRight = {
  readonly resource: string
  /** Empty for the core group, as RBAC spells it. */
  readonly group: string
  readonly why: string
}

/** What CoreDNS's kubernetes plugin lists and watches, by version and Corefile. */
function needed(e: Evidence): readonly { readonly resource: string; readonly group: string }[] {
  const core = ['services', 'namespaces'].map((resource) => ({ resource, group: '' }))
  const verified = /^\s*pods\s+verified\b/m.test(valueOf(e.corefile) ?? '')
  return [
    ...core,
    usesSlices(valueOf(e.deployment)?.image ?? '')
      ? { resource: 'endpointslices', group: 'discovery.k8s.io' }
      : { resource: 'endpoints', group: '' },
    ...(verified ? [{ resource: 'pods', group: '' }] : []),
  ]
}

/** From 1.8.1 on CoreDNS reads EndpointSlices (its release notes). */
function usesSlices(image: string): boolean {
  const [, major = 0, minor = 0, patch = 0] =
    /:v?(\d+)\.(\d+)\.(\d+)/.exec(image)?.map(Number) ?? []
  return major > 1 || (major === 1 && (minor > 8 || (minor === 8 && patch >= 1)))
}

/** The rights that CoreDNS lacks; none where there is no CoreDNS yet, or its roles could not be read. */
export function lackingRights(e: Evidence): readonly LackingRight[] {
  const access = valueOf(e.access)
  if (access === undefined || !access.serviceAccount || !valueOf(e.deployment)) return []
  return needed(e)
    .filter(({ resource, group }) => !allows(access, resource, group))
    .map((right) => ({ ...right, why: whyNot(access, right.resource) }))
}

function allows({ rules }: AccessSeen, resource: string, group: string): boolean {
  const has = (list: readonly string[], item: string): boolean =>
    list.includes(item) || list.includes('*')
  return ['list', 'watch'].every((verb) =>
    rules.some(
      (rule) => has(rule.groups, group) && has(rule.resources, resource) && has(rule.verbs, verb),
    ),
  )
}

function whyNot({ bindings, missingRoles }: AccessSeen, resource: string): string {
  const [missing] = missingRoles
  if (missing !== undefined) return `there is no clusterrole ${missing}, to which it is bound`
  const [bound] = bindings
  return bound === undefined
    ? 'no clusterrolebinding names its service account'
    : `clusterrole ${bound.role} does not name ${resource} with list and watch`
}
