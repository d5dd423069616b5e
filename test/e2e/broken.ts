import { textAt } from '../../lib/core/json.ts'
import { kubectl, live } from './lab.ts'

const DNS = ['-n', 'kube-system'] as const

/** Writes another Corefile, `how` the one that is there is changed, and has CoreDNS read it. */
export async function corefile(how: (text: string) => string): Promise<void> {
  const text = textAt((await live('configmap', 'coredns', 'kube-system')) ?? {}, 'data', 'Corefile')
  const patch = JSON.stringify({ data: { Corefile: how(text ?? '') } })
  await kubectl([...DNS, 'patch', 'configmap', 'coredns', '--type=merge', '-p', patch])
  await kubectl([...DNS, 'rollout', 'restart', 'deployment/coredns'])
}

/** Merges this into the pods of CoreDNS. */
export async function deployment(spec: object): Promise<void> {
  const patch = JSON.stringify({ spec: { template: { spec } } })
  await kubectl([...DNS, 'patch', 'deployment', 'coredns', '-p', patch])
}
