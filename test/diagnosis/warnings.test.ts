import assert from 'node:assert/strict'
import test from 'node:test'
import type { ContainerSeen } from '../../lib/core/look-data.ts'
import { rank } from '../../lib/diagnosis/rank.ts'
import { type Evidence, itemsOf } from '../../lib/evidence/evidence.ts'
import { but, corednsPods, failing } from './evidence.ts'

const warned = (message: string, container: Partial<ContainerSeen>): Evidence => {
  const pods = corednsPods({ ready: false }, container)
  const found = itemsOf(pods.pods).map(({ namespace, name }) => ({
    ...{ namespace, kind: 'Pod', object: name, reason: 'FailedMount', message },
    last: '2026-11-30T12:00:05Z',
  }))
  return failing('coredns-pods', but({ ...pods, events: { found } }))
}

const codes = (evidence: Evidence): readonly string[] => [
  ...new Set(rank(evidence).verdicts.map(({ code, certainty }) => `${code} ${certainty}`)),
]

const MISSING = 'MountVolume.SetUp failed for volume "custom" : configmap "custom" not found'
const CREATING = { waiting: { reason: 'ContainerCreating', message: '' } }

test('a warning is told of a pod that has come no further since', () => {
  assert.deepEqual(codes(warned(MISSING, CREATING)), ['A22 seen'])
  const hadRun = { ...CREATING, started: '2026-11-30T12:00:04Z' }
  assert.deepEqual(codes(warned(MISSING, hadRun)), ['A22 seen'])
})

test('a warning from before the container was started has passed', () => {
  const started = { waiting: null, started: '2026-11-30T12:00:05Z' }
  assert.deepEqual(codes(warned(MISSING, started)), [])
})

test('a warning has passed when the image is pulled or the container made', () => {
  for (const reason of ['ErrImagePull', 'CrashLoopBackOff', 'RunContainerError']) {
    const verdicts = codes(warned(MISSING, { waiting: { reason, message: '' } }))
    assert.ok(!verdicts.some((one) => one.startsWith('A22')), reason)
  }
})

test('a volume whose ConfigMap the kubelet has not been told yet is no certain cause', () => {
  const why = 'failed to sync configmap cache: timed out waiting for the condition'
  const evidence = warned(`MountVolume.SetUp failed for volume "custom" : ${why}`, CREATING)
  assert.deepEqual(codes(evidence), ['A22 inferred'])
})
