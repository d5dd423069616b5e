import { type Evidence, itemsOf } from '../../lib/evidence/evidence.ts'
import { but, corednsPods, corednsSays, failing, type HandMade } from './evidence.ts'

/** A kubelet's warning about the pods of CoreDNS, which do not start. */
const warned = (words: string): Evidence => {
  const pods = corednsPods(
    { ready: false },
    { waiting: { reason: 'ContainerCreating', message: '' } },
  )
  const message = `Failed to create pod sandbox: rpc error: code = Unknown desc = ${words}`
  const found = itemsOf(pods.pods)
    .filter(({ labels }) => labels['k8s-app'] === 'kube-dns')
    .map(({ namespace, name }) => ({
      ...{ namespace, kind: 'Pod', object: name, reason: 'FailedCreatePodSandBox', message },
    }))
  return failing('coredns-pods', but({ ...pods, events: { found } }))
}

/** CoreDNS pods that their kubelet ends, as they do not answer it. */
export const dying = (words: string): Pick<Evidence, 'pods' | 'events'> => {
  const { pods } = corednsPods({ ready: false }, { restarts: 3 })
  const message = `Liveness probe failed: Get "http://10.200.0.2:8080/health": dial tcp 10.200.0.2:8080: connect: ${words}`
  const found = itemsOf(pods).map(({ namespace, name }) => ({
    ...{ namespace, kind: 'Pod', object: name, reason: 'Unhealthy', message },
  }))
  return { pods, events: { found } }
}

const refused = (failure: string): Pick<Evidence, 'replicaSets'> => ({
  replicaSets: { found: [{ name: 'coredns-c7b5bbc9b', wanted: 2, failure }] },
})

/** CoreDNS pods that are not made, or do not start. */
export const UNSTARTED: readonly HandMade[] = [
  ...(
    [
      [
        'A1',
        'a sandbox image that cannot be had',
        'failed to get sandbox image "k8s.gcr.io/pause:3.1": failed to pull image "k8s.gcr.io/pause:3.1"',
      ],
      [
        'A3',
        'a CNI plugin that was not unpacked',
        'plugin type="bridge" failed (add): failed to find plugin "bridge" in path [/opt/cni/bin]',
      ],
      [
        'A4',
        'a bridge of another range',
        'plugin type="bridge" failed (add): failed to set bridge addr: "cnio0" already has an IP address different from 10.200.1.1/24',
      ],
      [
        'A5',
        'a range without a free address',
        'plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.200.0.1-10.200.0.254',
      ],
      [
        'E11',
        'a bridge that is to hand out nothing',
        'plugin type="bridge" failed (add): failed to parse netconf: invalid CIDR address: ',
      ],
      [
        'F4',
        'a resolv.conf that is not there',
        'open /run/systemd/resolve/resolv.conf: no such file or directory',
      ],
    ] as const
  ).map(([code, what, words]) => ({ code, what, evidence: warned(words) })),
  ...(
    [
      [
        'A11',
        'a quota',
        'pods "coredns-c7b5bbc9b-" is forbidden: exceeded quota: few, requested: pods=1, used: pods=0, limited: pods=0',
      ],
      [
        'A12',
        'no such priority class',
        'pods "coredns-c7b5bbc9b-" is forbidden: no PriorityClass with name system-cluster-critical was found',
      ],
      [
        'A17',
        'a stricter Pod Security level',
        'pods "coredns-c7b5bbc9b-x" is forbidden: violates PodSecurity "restricted:latest": unrestricted capabilities',
      ],
    ] as const
  ).map(([code, what, failure]) => ({
    code,
    what,
    evidence: failing('coredns-pods', but(refused(failure))),
  })),
  {
    code: 'A14',
    what: 'no service account',
    evidence: failing(
      'coredns-pods',
      but({
        ...refused(
          'error looking up service account kube-system/coredns: serviceaccount "coredns" not found',
        ),
        access: { found: { serviceAccount: false, bindings: [], missingRoles: [], rules: [] } },
      }),
    ),
  },
  {
    code: 'A20',
    what: 'a host that does not reach its own pods',
    evidence: failing('coredns-pods', but(dying('no route to host'))),
  },
  {
    code: 'A16',
    what: 'a port that CoreDNS may not have',
    evidence: failing(
      'coredns-pods',
      but(corednsSays('Listen: listen tcp :53: bind: permission denied')),
    ),
  },
  {
    code: 'A18',
    what: 'a port that somebody else has',
    evidence: failing(
      'coredns-pods',
      but(corednsSays('Listen: listen tcp :53: bind: address already in use')),
    ),
  },
]
