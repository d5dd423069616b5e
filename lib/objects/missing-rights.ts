import type { Explanation } from '../core/errors.ts'
import type { Lacking } from '../ports/cluster.ts'

type Right = Lacking['rights'][number]

/** `user jane may not patch deployments.apps in kube-system`, a line for each resource. */
export function rightsInWords({ user, rights }: Lacking): readonly string[] {
  return rights.map(
    ({ resource, verbs, namespace }) =>
      `user ${user} may not ${verbs.join(', ')} ${resource}${namespace === undefined ? '' : ` in ${namespace}`}`,
  )
}

/** All of them at once, so that an admin is asked once. */
export function explainLacking(lacking: Lacking): Explanation {
  return {
    problem: `user ${lacking.user} may not do all that a run needs`,
    seen: rightsInWords(lacking),
    remedy: grant(lacking),
  }
}

/**
 * What an admin has to run, with credentials of their own, for the user to have these rights: a role and its
 * binding for each place and set of verbs.
 */
export function grant({ user, rights }: Lacking): string {
  const groups = Map.groupBy(
    rights.map(completed),
    ({ verbs, namespace = '' }) => `${namespace} ${verbs.join()}`,
  )
  const commands = [...groups.values()].flatMap((all) => commandsFor(all, subjectOf(user)))
  return `as an admin of the cluster: ${commands.join(' && ')}; then run again`
}

/** Who is to write roles that allow more than they may themselves has to be allowed that as well. */
function completed(right: Right): Right {
  const roles = /^(?:cluster)?roles\.rbac/.test(right.resource)
  return roles ? { ...right, verbs: [...new Set([...right.verbs, 'escalate', 'bind'])] } : right
}

function commandsFor(all: readonly Right[], subject: string): readonly string[] {
  const [{ verbs, namespace } = { verbs: [], namespace: undefined }] = all
  const role = namespace === undefined ? 'clusterrole' : 'role'
  const place = namespace === undefined ? '' : ` -n ${namespace}`
  const resources = all.map(({ resource }) => resource).join()
  const name = `hardway-${resources.replace(/[.,].*/, '').replace('/', '-')}`
  return [
    `kubectl create ${role} ${name}${place} --verb=${verbs.join()} --resource=${resources}`,
    `kubectl create ${role}binding ${name}${place} --${role}=${name} ${subject}`,
  ]
}

/** `--user=jane`, `--serviceaccount=default:runner`. */
export function subjectOf(user: string): string {
  const account = /^system:serviceaccount:([^:]+:[^:]+)$/.exec(user)?.[1]
  if (account !== undefined) return `--serviceaccount=${account}`
  return `--user=${/^[\w@.:-]+$/.test(user) ? user : `'${user.replaceAll("'", `'\\''`)}'`}`
}
