import assert from 'node:assert/strict'
import test from 'node:test'
import { clean } from '../../lib/view/clean.ts'
import { failureLines } from '../../lib/view/failure-text.ts'
import type { Failure } from '../../lib/view/failure-text.ts'
import { PODS } from './runs.ts'

/** The block as one text; begins with a line end, so that texts line up below. */
function shown(failure: Failure, columns?: number): string {
  return `\n${failureLines(failure, columns === undefined ? {} : { columns }).join('\n')}\n`
}

test('a failure is told by problem, evidence, cause, remedy, what was undone and how to go on', () => {
  const undone = ['serviceaccount/coredns deleted', 'deployment.apps/coredns put back']
  assert.equal(
    shown({ explanation: PODS, undone, goOn: 'npx tsx run.ts --resume' }),
    `
  problem   both CoreDNS pods have the address 10.200.0.2
  seen      pod coredns-8s42p on k8sworker2 10.200.0.2, outside that worker's 10.200.2.0/24
            pod coredns-x9zkq on k8sworker0 10.200.0.2
  cause     k8sworker2's CNI config hands out 10.200.0.0/24, the range of k8sworker0
  try       set "subnet": "10.200.2.0/24" in 10-bridge.conf on k8sworker2, restart the kubelet
  undone    serviceaccount/coredns deleted
            deployment.apps/coredns put back
  go on     npx tsx run.ts --resume
`,
  )
})

test('what is not known is left out, and that nothing had changed is said', () => {
  assert.equal(
    shown({ explanation: { problem: 'it broke', remedy: 'mend it' }, undone: [] }),
    `
  problem   it broke
  try       mend it
  undone    nothing: this step had changed nothing
`,
  )
})

test('prose is wrapped to the terminal, commands to paste so that a shell joins them again', () => {
  const remedy =
    'take the second route away, the one that leads nowhere:\nip route del 10.200.1.0/24 via 10.240.0.21'
  assert.equal(
    shown({ explanation: { problem: 'two routes lead to 10.200.1.0/24', remedy } }, 40),
    `
  problem   two routes lead to
            10.200.1.0/24
  try       take the second route away,
            the one that leads nowhere:
            ip route del 10.200.1.0/24 \\
              via 10.240.0.21
`,
  )
})

test('a remedy that is just to go on is told once', () => {
  const goOn = 'npx tsx run.ts --resume'
  assert.equal(
    shown({ explanation: { problem: 'interrupted by Ctrl-C', remedy: goOn }, goOn }),
    `
  problem   interrupted by Ctrl-C
  go on     npx tsx run.ts --resume
`,
  )
})

test('secrets and terminal controls never pass', () => {
  assert.equal(
    shown(
      clean({
        explanation: {
          problem: 'answer \u001b]0;x\u0007 was odd',
          seen: ['Authorization: Bearer canary-canary', 'a\r\nb'],
          remedy: 'curl https://me:canary@proxy/',
        },
      }),
    ),
    `
  problem   answer \\x1b]0;x\\x07 was odd
  seen      Authorization: Bearer [redacted]
            a
            b
  try       curl https://[redacted]@proxy/
`,
  )
})

test('colours come only where they are asked for', () => {
  const failure: Failure = { explanation: { problem: 'it broke', remedy: 'mend it' } }
  assert.deepEqual(failureLines(failure, { color: true }), [
    '\u001b[2m  problem   \u001b[22m\u001b[31mit broke\u001b[39m',
    '\u001b[2m  try       \u001b[22m\u001b[32mmend it\u001b[39m',
  ])
})

test('what else is wrong and what it is not stand below the cure', () => {
  const told = {
    layer: 'network',
    certainty: 'seen',
    evidence: 'a line',
    subject: 'a',
    cure: 'b',
  } as const
  const lines = failureLines({
    explanation: {
      problem: 'no answer',
      cause: '[E3] no route',
      remedy: 'ip route add x',
      verdict: { ...told, code: 'E3', cause: 'no route' },
      further: [{ ...told, code: 'D7', cause: 'no kube-proxy' }],
      ruledOut: ['the kubelets run', 'containerd runs'],
      more: 'npx tsx run.ts explain E3',
    },
  })
  assert.deepEqual(lines, [
    '  problem   no answer',
    '  cause     [E3] no route',
    '  try       ip route add x',
    '  also      [D7] no kube-proxy',
    '  ruled out the kubelets run; containerd runs',
    '  more      npx tsx run.ts explain E3',
  ])
})

test('a remark to a shell stays one in each of its lines', () => {
  const remedy = 'kubectl get nodes\n# each of them is to be Ready before anything else is done'
  const lines = failureLines({ explanation: { problem: 'p', remedy } }, { columns: 40 })
  assert.deepEqual(lines.slice(1), [
    '  try       kubectl get nodes',
    '            # each of them is to be',
    '            # Ready before anything else',
    '            # is done',
  ])
})
