import { each } from '../evidence.ts'
import { anyDead, deadOn } from '../hosts.ts'
import type { Rule } from '../rule.ts'

/** Of A and G what comes from programs of a host that do not run. */
export const hostRules: readonly Rule[] = [
  {
    code: 'G3',
    layer: 'hosts',
    find: (e) =>
      deadOn(e, 'kubelet').map(({ host, words }) => ({
        certainty: 'seen',
        cause: `the kubelet on ${host} does not run, so nothing there is started, probed or reached by exec and logs`,
        evidence: words,
        subject: host,
        cure: 'npx tsx run.ts lab up',
        hopeless: true,
      })),
    ruleOut: (e) => anyDead(e, 'kubelet', 'the kubelets run'),
  },
  {
    code: 'A2',
    layer: 'hosts',
    find: (e) =>
      deadOn(e, 'containerd').map(({ host, words }) => ({
        certainty: 'seen',
        cause: `containerd on ${host} does not run, so its kubelet can start no pod`,
        evidence: words,
        subject: host,
        cure: 'npx tsx run.ts lab up',
        hopeless: true,
      })),
    ruleOut: (e) => anyDead(e, 'containerd', 'containerd runs'),
  },
  {
    code: 'G3',
    layer: 'hosts',
    find: (e) =>
      'found' in e.hosts
        ? []
        : each(e.nodes)
            .filter(({ why }) => why === 'Kubelet stopped posting node status.')
            .map(({ name, why }) => ({
              certainty: 'inferred',
              cause: `the kubelet on ${name} does not run, or cannot reach the API server`,
              evidence: `node ${name} Ready Unknown: ${why}`,
              subject: name,
              cure: 'systemctl status kubelet; journalctl -u kubelet -n 20',
              on: name,
            })),
  },
  {
    code: 'A13',
    layer: 'objects',
    find: (e) =>
      ['kube-controller-manager', 'kube-scheduler'].flatMap((program) => {
        const dead = deadOn(e, program)
        const controllers = e.wanted.controllers.length
        if (dead.length === 0 || dead.length < controllers) return []
        const what =
          program === 'kube-scheduler' ? 'no pod gets a node' : 'no pod is made for a Deployment'
        return [
          {
            certainty: 'seen',
            cause: `no ${program} runs, so ${what}`,
            evidence: dead.map(({ words }) => words).join('; '),
            subject: program,
            cure: 'npx tsx run.ts lab up',
            hopeless: true,
          },
        ]
      }),
    ruleOut: (e) => anyDead(e, 'kube-scheduler', 'the schedulers run'),
  },
]
