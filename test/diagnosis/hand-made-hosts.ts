import { type Evidence, type HostSeen, itemsOf } from '../../lib/evidence/evidence.ts'
import { but, failing, type HandMade, HEALTHY } from './evidence.ts'

/** The first host of that role, otherwise than it was. */
function onFirst(role: HostSeen['role'], seen: Partial<HostSeen>): Evidence {
  const first = itemsOf(HEALTHY.hosts).find((host) => host.role === role)
  return but({
    hosts: {
      found: itemsOf(HEALTHY.hosts).map((host) => (host === first ? { ...host, ...seen } : host)),
    },
  })
}

const EXPIRED = itemsOf(HEALTHY.apiServers).map((server) => ({
  ...server,
  tls: { found: { status: 'bad', reason: 'certificate has expired' } as const },
}))

/** Failures of programs on hosts, that only the hosts tell. */
export const HOSTS: readonly HandMade[] = [
  {
    code: 'B14',
    what: 'an etcd that was stopped',
    evidence: failing(
      'start-etcd',
      onFirst('controller', { dead: [{ program: 'etcd', words: ['"msg":"stopped"'] }] }),
    ),
  },
  {
    code: 'G4',
    what: 'a kubelet with a certificate of tomorrow',
    evidence: failing(
      'dns-matrix',
      onFirst('worker', { kubeletShows: 'certificate is not yet valid' }),
    ),
  },
  {
    code: 'B7',
    what: 'an API server whose certificate has expired, at its start',
    evidence: failing('start-api-servers', but({ apiServers: { found: EXPIRED } })),
  },
  {
    code: 'G10',
    what: 'a kubelet that asks itself for an API server',
    evidence: failing(
      'start-workers',
      onFirst('worker', {
        kubeletSays: [
          'failed to list *v1.Node: Get "https://127.0.0.1:6443/api/v1/nodes?limit=500": dial tcp 127.0.0.1:6443: connect: connection refused',
        ],
      }),
    ),
  },
]
