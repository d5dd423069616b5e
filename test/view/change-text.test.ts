import assert from 'node:assert/strict'
import test from 'node:test'
import type { Changes } from '../../lib/core/change.ts'
import { clean } from '../../lib/view/clean.ts'
import { changeLines } from '../../lib/view/change-text.ts'

/** The lines as one text; begins with a line end, so that texts line up below. */
function shown(changes: Changes, columns?: number): string {
  const lines = changeLines(changes, columns === undefined ? {} : { columns })
  return `\n${lines.join('\n')}\n`
}

test('each kind of change has its own mark, and a wait is told as a wait', () => {
  const changes: Changes = [
    { action: 'create', what: 'serviceaccount/coredns' },
    { action: 'change', what: 'file /etc/hosts', note: '2 lines more' },
    { action: 'delete', what: 'pod/busybox' },
    { action: 'run', what: 'process etcd on k8scontroller0' },
    { action: 'wait', what: 'two CoreDNS pods' },
  ]
  assert.equal(
    shown(changes),
    `
+ serviceaccount/coredns
~ file /etc/hosts   (2 lines more)
- pod/busybox
> run process etcd on k8scontroller0
… wait for two CoreDNS pods
`,
  )
})

test('fields that change, come and go stand below their thing, with who owns them', () => {
  const changes: Changes = [
    {
      action: 'change',
      what: 'deployment.apps/coredns',
      fields: [
        { path: '.spec.replicas', from: 3, to: 2, owner: 'kubectl-client-side-apply' },
        { path: '.metadata.labels.a', to: 'true' },
        { path: '.metadata.labels.b', from: 'x y', owner: 'helm' },
        { path: '.spec.paused', from: null, to: true },
        { path: '.spec.args', from: [], to: ['-conf', '/etc/coredns/Corefile', ''] },
        { path: '.spec.limits', to: { memory: '170Mi', cpu: '1' } },
      ],
    },
  ]
  assert.equal(
    shown(changes),
    `
~ deployment.apps/coredns
    .spec.replicas: 3 → 2   (owned by kubectl-client-side-apply)
  + .metadata.labels.a: "true"
  - .metadata.labels.b: "x y"   (owned by helm)
    .spec.paused: null → true
    .spec.args: [] → [-conf, /etc/coredns/Corefile, ""]
  + .spec.limits: {memory: 170Mi, cpu: "1"}
`,
  )
})

test('a field in conflict says whether its owner is in the way, loses it or keeps it', () => {
  const field = { path: '.spec.replicas', from: 3, to: 2, owner: 'helm' } as const
  const what = 'deployment.apps/coredns'
  const changes: Changes = [
    { action: 'change', what, fields: [{ ...field, conflict: 'abort' }] },
    { action: 'change', what, fields: [{ ...field, conflict: 'adopt' }] },
    { action: 'leave', what, fields: [{ ...field, conflict: 'skip' }] },
  ]
  assert.equal(
    shown(changes),
    `
~ deployment.apps/coredns
    .spec.replicas: 3 → 2   (owned by helm: in the way)
~ deployment.apps/coredns
    .spec.replicas: 3 → 2   (owned by helm: taken over)
= deployment.apps/coredns
  = .spec.replicas: 3 → 2   (left to helm)
`,
  )
})

const COREFILE = `.:53 {
    errors
    health
    kubernetes cluster.local in-addr.arpa ip6.arpa {
      pods insecure
    }
    prometheus :9153
    cache 30
    loop
    reload
}
`

test('a text of several lines is shown as what changes in it', () => {
  const to = COREFILE.replace('    loop\n', '').replace(
    'health',
    'health {\n      lameduck 5s\n    }',
  )
  const fields = [{ path: '.data.Corefile', from: COREFILE, to, owner: 'kubectl-edit' }]
  assert.equal(
    shown([{ action: 'change', what: 'configmap/coredns', fields }]),
    `
~ configmap/coredns
    .data.Corefile:   (owned by kubectl-edit)
      …
            errors
      -     health
      +     health {
      +       lameduck 5s
      +     }
            kubernetes cluster.local in-addr.arpa ip6.arpa {
      …
            cache 30
      -     loop
            reload
      …
`,
  )
})

test('a new text of several lines is shown whole, a very long one not to its end', () => {
  const fields = [
    { path: '.a', to: 'one\n\ttwo\n' },
    { path: '.b', to: Array.from({ length: 100 }, (_, i) => String(i)).join('\n') },
  ]
  const lines = changeLines([{ action: 'create', what: 'configmap/x', fields }])
  assert.deepEqual(lines.slice(0, 5), [
    '+ configmap/x',
    '  + .a:',
    '      + one',
    '      +     two',
    '  + .b:',
  ])
  assert.deepEqual(lines.slice(-2), ['      + 39', '      … 60 more lines'])
})

test('of long values the part is shown in which they differ', () => {
  const long = (middle: string): string => `${'a'.repeat(80)}${middle}${'z'.repeat(80)}`
  const fields = [
    { path: '.x', from: long('ONE'), to: long('TWO') },
    { path: '.y', to: long('ONE') },
    { path: '.z', from: 'short', to: long('-') },
  ]
  assert.equal(
    shown([{ action: 'change', what: 'configmap/x', fields }]),
    `
~ configmap/x
    .x: …aaaaaaaaaaaaONEzzzzzzzzzzzz… → …aaaaaaaaaaaaTWOzzzzzzzzzzzz…
  + .y: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…zzzzzzzzzzzzzzzzzzzzzzzzzzzzz
    .z: short → aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…zzzzzzzzzzzzzzzzzzzzzzzzzzzzz
`,
  )
})

test('lines are wrapped to the terminal', () => {
  const fields = [{ path: '.spec.replicas', from: 3, to: 2, owner: 'kubectl-client-side-apply' }]
  assert.equal(
    shown([{ action: 'change', what: 'deployment.apps/coredns', fields }], 40),
    `
~ deployment.apps/coredns
    .spec.replicas: 3 → 2   (owned by
      kubectl-client-side-apply)
`,
  )
})

test('secrets and terminal controls never pass', () => {
  const changes: Changes = [
    {
      action: 'change',
      what: 'secret/x\u001b[2J\nsecond line',
      note: 'token: canary',
      fields: [{ path: '.data.password', from: 'Y2FuYXJ5', to: 'Y2FuYXJ5MQ==', owner: 'a\u202eb' }],
    },
    { action: 'run', what: 'kubectl --token=canary get pods' },
  ]
  assert.equal(
    shown(clean(changes)),
    `
~ secret/x\\x1b[2J second line   (token: [redacted])
    .data.password: "[redacted]" → "[redacted]"   (owned by a\\u202eb)
> run kubectl --token=[redacted] get pods
`,
  )
})
