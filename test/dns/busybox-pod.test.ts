import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { busyboxPodObject, differences, hopelessStart, startOf } from '../../lib/dns/busybox-pod.ts'
import type { Json, JsonObject } from '../../lib/core/json.ts'

const WANTED = busyboxPodObject('busybox:1.28')

/** The wanted pod as the server keeps it, with other values for the container and in metadata. */
function live(container: JsonObject = {}, metadata: JsonObject = {}): KubeObject {
  const spec = {
    nodeName: 'k8sworker0',
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    containers: [
      {
        name: 'busybox',
        image: 'busybox:1.28',
        command: ['sleep', '3600'],
        terminationMessagePath: '/dev/termination-log',
        ...container,
      },
    ],
  }
  return { ...WANTED, metadata: { ...WANTED.metadata, uid: 'a', ...metadata }, spec }
}

/** The wanted pod with a status. */
function withStatus(status: Json): KubeObject {
  return { ...live(), status }
}

function waiting(reason: string, message: string): KubeObject {
  return withStatus({
    phase: 'Pending',
    containerStatuses: [{ name: 'busybox', state: { waiting: { reason, message } } }],
  })
}

test("it is the pod of the chapter's kubectl run, and one second is enough to end it", () => {
  assert.deepEqual(WANTED, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'busybox', namespace: 'default', labels: { run: 'busybox' } },
    spec: {
      containers: [
        {
          name: 'busybox',
          image: 'busybox:1.28',
          imagePullPolicy: 'IfNotPresent',
          command: ['sleep', '3600'],
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 1,
    },
  })
})

test('what the server adds is no difference', () => {
  assert.deepEqual(differences(WANTED, live()), [])
})

test('another image is a difference, spelled as server-side apply does', () => {
  assert.deepEqual(differences(WANTED, live({ image: 'busybox:1.36' })), [
    {
      path: '.spec.containers[name="busybox"].image',
      from: 'busybox:1.36',
      to: 'busybox:1.28',
    },
  ])
})

test('another command, another label and several at once are differences', () => {
  assert.deepEqual(differences(WANTED, live({ command: ['sh'] }, { labels: { run: 'other' } })), [
    { path: '.metadata.labels.run', from: 'other', to: 'busybox' },
    {
      path: '.spec.containers[name="busybox"].command',
      from: ['sh'],
      to: ['sleep', '3600'],
    },
  ])
})

test('what the other pod lacks is null', () => {
  const { metadata, ...bare } = live()
  const other: KubeObject = { ...bare, metadata: { name: metadata.name }, spec: {} }
  assert.deepEqual(
    differences(WANTED, other).map(({ from }) => from),
    [null, null, null],
  )
})

test('a pod that is being deleted is another one, whatever else it has', () => {
  const going = live({ image: 'other' }, { deletionTimestamp: '2026-01-02T03:04:05Z' })
  assert.deepEqual(differences(WANTED, going), [
    { path: '.metadata.deletionTimestamp', from: '2026-01-02T03:04:05Z' },
  ])
})

test('a pod is ready when it runs and its condition says so, and not by one of them', () => {
  const yes = [{ type: 'Ready', status: 'True' }]
  const no = [{ type: 'Ready', status: 'False' }]
  assert.equal(startOf(withStatus({ phase: 'Running', conditions: yes })), 'ready')
  assert.equal(startOf(withStatus({ phase: 'Running', conditions: no })), 'Running')
  assert.equal(startOf(withStatus({ phase: 'Failed', conditions: yes })), 'Failed')
})

test('a pod that is not ready says what it waits for: kubelet, scheduler, phase', () => {
  assert.equal(startOf(waiting('ContainerCreating', '')), 'ContainerCreating')
  const conditions = [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes available' }]
  assert.equal(startOf(withStatus({ phase: 'Pending', conditions })), '0/3 nodes available')
  assert.equal(startOf(withStatus({ phase: 'Pending' })), 'Pending')
  assert.equal(startOf(live()), 'Pending')
})

test('there is hope while a pod is created, starts, or pulls', () => {
  assert.equal(hopelessStart(live()), null)
  assert.equal(hopelessStart(waiting('ContainerCreating', '')), null)
  assert.equal(hopelessStart(waiting('PodInitializing', '')), null)
  assert.equal(hopelessStart(withStatus({ phase: 'Running' })), null)
})

test('a pull that failed for a reason that may pass is tried again', () => {
  assert.equal(hopelessStart(waiting('ErrImagePull', 'dial tcp: i/o timeout')), null)
  const backOff = 'Back-off pulling image "busybox:1.28": ErrImagePull: 429 Too Many Requests'
  assert.equal(hopelessStart(waiting('ImagePullBackOff', backOff)), null)
})

test('an image that is not there, or that nobody may pull, ends the wait', () => {
  for (const [reason, message] of [
    ['ErrImagePull', 'docker.io/library/busybox:1.28: not found'],
    ['ImagePullBackOff', 'Back-off pulling image "busybox:1.28": ErrImagePull: NotFound'],
    ['ErrImagePull', 'pull access denied, repository does not exist'],
    ['InvalidImageName', 'invalid reference format'],
    ['ErrImageNeverPull', 'Container image is not present with pull policy of Never'],
  ] as const) {
    const told = hopelessStart(waiting(reason, message))
    assert.equal(told?.problem, 'pod busybox will never start')
    assert.equal(told.verdict?.code, 'A6')
    assert.match(told.cause ?? '', /^\[A6\] the image busybox:1\.28 is not available: /)
    assert.deepEqual(told.seen, [`pod busybox: ${reason}: ${message}`])
    assert.match(told.remedy, /probe\.image of inventory\.yaml$/)
  }
})

test('a configuration that is not there ends the wait', () => {
  const told = hopelessStart(waiting('CreateContainerConfigError', 'secret "keys" not found'))
  assert.equal(told?.verdict?.code, 'A15')
})
