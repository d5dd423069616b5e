import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PodSeen } from '../../lib/core/look-data.ts'
import { type Evidence, type HostSeen, itemsOf, valueOf } from '../../lib/evidence/evidence.ts'
import { rank, type Verdict } from '../../lib/diagnosis/rank.ts'
import { but, failing, HEALTHY } from './evidence.ts'
import { measured } from './hand-made.ts'

const OTHER = '00-crio-bridge.conflist'

/** CoreDNS on causew0 has an address of another range. */
const STRAY = itemsOf(HEALTHY.pods).map((pod): PodSeen =>
  pod.labels['k8s-app'] === 'kube-dns' && pod.node === 'causew0'
    ? { ...pod, ip: '10.85.0.2' }
    : pod,
)

function lab(worker: Partial<HostSeen>): Evidence {
  const hosts = itemsOf(HEALTHY.hosts).map((host) =>
    host.name === 'causew0' ? { ...host, ...worker } : host,
  )
  return failing('coredns-pods', but({ hosts: { found: hosts }, pods: { found: STRAY } }))
}

function told(evidence: Evidence): readonly Verdict[] {
  return rank(evidence).verdicts.filter(({ code }) => /^E/.test(code))
}

test('a configuration that sorts before the worker’s own is moved away, and the own one left alone', () => {
  const found = told(
    lab({ cni: [OTHER, '10-bridge.conf', '99-loopback.conf'], ranges: ['10.85.0.0/16'] }),
  )
  assert.deepEqual(
    found.map(({ code }) => code),
    ['E1'],
  )
  assert.match(
    found[0]?.cause ?? '',
    /^causew0 does not use 10-bridge\.conf: 00-crio-bridge\.conflist, with 10\.85\.0\.0\/16 for its pods, sorts before it/,
  )
  assert.match(found[0]?.evidence ?? '', /; pod coredns-\S+ on causew0 10\.85\.0\.2$/)
  assert.match(
    found[0]?.cure ?? '',
    /^mv \/etc\/cni\/net\.d\/00-crio-bridge\.conflist \/etc\/cni\/net\.d\/00-crio-bridge\.conflist\.away && kubectl -n kube-system rollout restart deployment\/coredns$/,
  )
  assert.equal(found[0]?.on, 'causew0')
})

test('where the configuration is right again, only the pods from before are made again', () => {
  const [found] = told(lab({ cni: ['10-bridge.conf'], ranges: ['10.200.0.0/24'] }))
  assert.match(
    found?.cause ?? '',
    /^pods of causew0 still have addresses of a range with 10\.85\.0\.2/,
  )
  assert.equal(found?.cure, 'kubectl -n kube-system rollout restart deployment/coredns')
})

test('elsewhere it is said where to look for the file that sorts first, and no route is missed beside it', () => {
  const lost = measured((from, to) => (from === to || to === 'service' ? 1 : 0))
  const cells = (valueOf(lost.matrix)?.cells ?? []).map((cell) =>
    cell.target.node === 'causew0'
      ? { ...cell, target: { ...cell.target, address: '10.85.0.2' } }
      : cell,
  )
  const found = told({
    ...lost,
    pods: { found: STRAY },
    matrix: { found: { cells, names: [] } },
  })
  assert.equal(found[0]?.code, 'E1')
  assert.match(found[0].cure, /^grep -H subnet \/etc\/cni\/net\.d\/\*; the file that sorts first/)
  assert.ok(!found.some(({ cause }) => cause.includes('10.85') && cause.includes('route')))
})
