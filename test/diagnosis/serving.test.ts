import type { PodSeen } from '../../lib/core/look-data.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type EndpointsSeen,
  type Evidence,
  itemsOf,
  type ServiceSeen,
} from '../../lib/evidence/evidence.ts'
import { rank, type Verdict } from '../../lib/diagnosis/rank.ts'
import { serviceSeen } from '../../lib/evidence/read-objects.ts'
import { but, failing, HEALTHY, RECORDED, recorded } from './evidence.ts'
import { HAND_MADE } from './hand-made.ts'

/** No remedy deletes what serves. */
const STEPS = ['apply-manifest', 'coredns-pods', 'lookup-kubernetes', 'dns-matrix']

const HELM: ServiceSeen = {
  namespace: 'kube-system',
  name: 'coredns-coredns',
  clusterIP: '10.32.0.10',
  selector: { 'k8s-app': 'coredns', 'app.kubernetes.io/instance': 'coredns' },
  ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53, targetPort: '53' })),
  owner: 'Helm release coredns of namespace kube-system',
}

const WEB: ServiceSeen = {
  ...{ namespace: 'shop', name: 'web', clusterIP: '10.32.0.10', selector: { app: 'web' } },
  ports: [{ protocol: 'TCP', port: 80, targetPort: '8080' }],
}

/** The cluster whose DNS address is in the hands of another Service. */
function heldBy(holder: ServiceSeen, ready: readonly string[]): Evidence {
  const isOther = ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
    namespace !== 'kube-system' || name !== 'kube-dns'
  const endpoints: EndpointsSeen = {
    ...{ namespace: holder.namespace, name: holder.name, ready, notReady: [] },
  }
  const pods = itemsOf(HEALTHY.pods).map((pod): PodSeen =>
    pod.labels['k8s-app'] === 'kube-dns' ? { ...pod, labels: holder.selector } : pod,
  )
  return but({
    services: { found: [...itemsOf(HEALTHY.services).filter(isOther), holder] },
    endpoints: { found: [...itemsOf(HEALTHY.endpoints).filter(isOther), endpoints] },
    pods: { found: pods },
    deployment: { found: null },
  })
}

function d1(evidence: Evidence): Verdict {
  const found = rank(failing('apply-manifest', evidence)).verdicts.find(({ code }) => code === 'D1')
  assert.ok(found)
  return found
}

const SERVED = heldBy(HELM, ['10.200.0.2', '10.200.1.2'])

test("where another CoreDNS serves at the cluster's DNS address, it is named and left alone", () => {
  const { cause, evidence, cure, permanent } = d1(SERVED)
  assert.equal(
    cause,
    'DNS is served at 10.32.0.10 already, by service kube-system/coredns-coredns (Helm release coredns of namespace kube-system), so kube-dns cannot have that address',
  )
  assert.equal(
    evidence,
    'service kube-system/coredns-coredns: clusterIP 10.32.0.10, port 53/UDP, 53/TCP, ready endpoints 10.200.0.2, 10.200.1.2',
  )
  assert.match(cure, /^kubectl -n kube-system describe service coredns-coredns; /)
  assert.match(cure, /leave DNS to it|another address/)
  assert.equal(permanent, undefined, 'what serves may answer yet')
})

test("a Service that serves something else at the cluster's DNS address is left alone, too", () => {
  const { cause, cure } = d1(heldBy(WEB, ['10.200.0.9']))
  assert.match(
    cause,
    /^the address 10\.32\.0\.10 belongs to service shop\/web, which serves 80\/TCP/,
  )
  assert.doesNotMatch(cure, /delete/)
})

test('where it cannot be told whether it serves, nothing is deleted', () => {
  const { cure } = d1({ ...SERVED, endpoints: { notLooked: '403' } })
  assert.doesNotMatch(cure, /delete/)
})

test('a Service that serves nobody is kept as a file before it gives the address back', () => {
  const { cause, cure, permanent } = d1(heldBy(WEB, []))
  assert.match(cause, /belongs to service shop\/web, which has no ready endpoint/)
  assert.match(
    cure,
    /^kubectl -n shop get service web -o yaml \| sed '.*' > web\.yaml && kubectl -n shop delete service web && npx tsx run\.ts --only apply-manifest && kubectl create -f web\.yaml$/,
  )
  assert.equal(permanent, true)
})

test('a Service that somebody makes again, or that a load balancer leads to, is not deleted at all', () => {
  for (const holder of [HELM, { ...WEB, balanced: true as const }]) {
    const { cause, cure } = d1(heldBy(holder, []))
    assert.match(cause, /, which has no ready endpoint, so/)
    assert.match(cure, /; have whoever it belongs to make it again without this clusterIP; /)
  }
})

test('whose a Service is, its labels and annotations say', () => {
  const service = (metadata: object) =>
    serviceSeen({
      ...{ apiVersion: 'v1', kind: 'Service' },
      metadata: { name: 'a', namespace: 'b', ...metadata },
    }).owner
  const managed = { 'app.kubernetes.io/managed-by': 'Helm' }
  assert.equal(service({}), undefined)
  assert.equal(service({ labels: managed }), 'managed by Helm')
  const ownerReferences = [{ kind: 'Installation', name: 'default' }]
  assert.equal(service({ ownerReferences }), 'of Installation default')
  const release = { 'meta.helm.sh/release-name': 'dns', 'meta.helm.sh/release-namespace': 'sys' }
  assert.equal(
    service({ labels: managed, annotations: release }),
    'Helm release dns of namespace sys',
  )
})

test('a kube-dns that serves pods of other labels is neither blamed nor overwritten', () => {
  const pods = itemsOf(recorded('D4-selector').endpoints)
  const endpoints = pods.map((one) =>
    one.name === 'kube-dns' ? { ...one, ready: ['10.200.0.77'] } : one,
  )
  const { verdicts } = rank(but({ ...recorded('D4-selector'), endpoints: { found: endpoints } }))
  assert.ok(verdicts.every(({ code }) => code !== 'D4'))
})

/** What a command deletes: `service/coredns-coredns`. */
function deletedBy(cure: string): readonly string[] {
  const KIND = 'services?|svc|deployments?(?:\\.apps)?|daemonsets?|replicasets?|pods?|endpoints'
  const words = new RegExp(`\\bdelete (${KIND})[ /](\\S+)`, 'g')
  return [...cure.matchAll(words)].map(
    ([, kind = '', name = '']) => `${kind.replace(/\.apps$|s$/, '')}/${name.replace(/;$/, '')}`,
  )
}

/** What has ready endpoints, or is them. */
function serving(e: Evidence): ReadonlySet<string> {
  const behind = itemsOf(e.endpoints).flatMap(({ ready }) => ready)
  const pods = itemsOf(e.pods).filter(({ ip, ready }) => ready && behind.includes(ip ?? ''))
  return new Set([
    ...itemsOf(e.endpoints).flatMap(({ name, ready }) =>
      ready.length > 0 ? [`service/${name}`] : [],
    ),
    ...pods.flatMap(({ name }) => [`pod/${name}`, `deployment/${name.replace(/-\w+-\w+$/, '')}`]),
  ])
}

const ALL: readonly (readonly [string, Evidence])[] = [
  ['healthy', HEALTHY],
  ['another CoreDNS', SERVED],
  ['another Service', heldBy(WEB, ['10.200.0.9'])],
  ...RECORDED.map((name) => [name, recorded(name)] as const),
  ...HAND_MADE.map(({ code, what, evidence }) => [`${code} ${what}`, evidence] as const),
]

for (const [name, evidence] of ALL) {
  test(`no cure for ${name} deletes what serves`, () => {
    const steps = [evidence, ...STEPS.map((step) => failing(step, evidence, evidence.failure.seen))]
    for (const one of steps) {
      const serves = serving(one)
      for (const { code, cure } of rank(one).verdicts) {
        const gone = deletedBy(cure).filter((what) => serves.has(what))
        assert.deepEqual(gone, [], `${code}: ${cure}`)
      }
    }
  })
  test(`each cure for ${name} is pasted as it is printed: it stands in one line`, () => {
    for (const { code, cure } of rank(evidence).verdicts) {
      assert.doesNotMatch(cure, /\p{Cc}/u, `${code}: ${cure}`)
    }
  })
}
