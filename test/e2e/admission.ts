import { kubectl, tryKubectl } from './lab.ts'
import { eventually } from './wait.ts'

/** What the API server is to refuse. */
export interface Refusal {
  readonly group?: string
  readonly resource: string
  /** A CEL expression that is true for what is refused. */
  readonly when: string
}

const PROBE = ['create', 'configmap', 'refused-probe', '-n', 'default']

/** Has the API server refuse such requests, by a policy of its own; returns once it does. */
export async function refuse({ group = '', resource, when }: Refusal): Promise<void> {
  const rule = (apiGroup: string, name: string) => ({
    apiGroups: [apiGroup],
    apiVersions: ['*'],
    operations: ['CREATE', 'UPDATE'],
    resources: [name],
  })
  const spec = {
    failurePolicy: 'Fail',
    matchConstraints: { resourceRules: [rule(group, resource), rule('', 'configmaps')] },
    validations: [
      {
        expression: `!(request.name == 'refused-probe' || (request.resource.resource == '${resource}' && ${when}))`,
        message: 'refused by the e2e tests',
      },
    ],
  }
  const metadata = { name: 'hardway-e2e' }
  const apiVersion = 'admissionregistration.k8s.io/v1'
  const binding = { policyName: metadata.name, validationActions: ['Deny'] }
  await kubectl(
    ['create', '-f', '-'],
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec },
        { apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata, spec: binding },
      ],
    }),
  )
  await eventually('the policy in force', async () => (await probe()) !== 0)
}

/** Lets the API server take everything again; returns once it does. */
export async function allow(): Promise<void> {
  for (const kind of ['validatingadmissionpolicybinding', 'validatingadmissionpolicy']) {
    await kubectl(['delete', kind, 'hardway-e2e', '--ignore-not-found'])
  }
  await eventually('no policy in force', async () => (await probe()) === 0)
}

async function probe(): Promise<number | null> {
  return (await tryKubectl([...PROBE, '--dry-run=server'])).code
}
