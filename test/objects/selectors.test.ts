import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSelected } from '../../lib/objects/selectors.ts'

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'busybox', namespace: 'default', labels: { run: 'busybox', tier: 'test' } },
  spec: { nodeName: 'k8sworker0' },
}
const all = { apiVersion: 'v1', kind: 'Pod' }

const cases: readonly (readonly [string, boolean])[] = [
  ['', true],
  ['run=busybox', true],
  ['run==busybox,tier!=prod', true],
  ['run=other', false],
  ['absent!=x', true],
  ['run in (a, busybox)', true],
  ['run notin (a,busybox),tier', false],
  ['tier', true],
  ['!tier', false],
  ['!absent', true],
]

for (const [labelSelector, expected] of cases) {
  test(`the label selector "${labelSelector}" ${expected ? 'takes' : 'leaves'} the pod`, () => {
    assert.equal(isSelected(pod, { ...all, labelSelector }), expected)
  })
}

test('kind, namespace and fields select too', () => {
  assert.equal(
    isSelected(pod, {
      ...all,
      namespace: 'default',
      fieldSelector: 'metadata.name=busybox,spec.nodeName=k8sworker0',
    }),
    true,
  )
  assert.equal(isSelected(pod, { ...all, fieldSelector: 'spec.nodeName!=k8sworker0' }), false)
  assert.equal(isSelected(pod, { ...all, namespace: 'kube-system' }), false)
  assert.equal(isSelected(pod, { ...all, kind: 'Service' }), false)
})

test('a selector that cannot be read is not taken for everything', () => {
  assert.throws(
    () => isSelected(pod, { ...all, labelSelector: 'a b c' }),
    /cannot read the selector/,
  )
})
