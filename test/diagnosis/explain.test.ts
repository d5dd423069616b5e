import assert from 'node:assert/strict'
import test from 'node:test'
import { systemClock } from '../../lib/cli/system-clock.ts'
import { StepError } from '../../lib/core/errors.ts'
import { askWithin } from '../../lib/evidence/channel.ts'
import { diagnoseBy } from '../../lib/diagnosis/diagnose.ts'
import { explainBy, permanentCauseIn } from '../../lib/diagnosis/explain.ts'
import { fakeStep } from '../fakes/engine-step.ts'
import { but, corednsPods, failing, HEALTHY, recorded } from './evidence.ts'

const OWN = { problem: 'no answer for kubernetes', seen: ['nslookup: timed out'], remedy: 'look' }

test('a cause is told with its code, the line it rests on, its cure and what it is not', () => {
  const told = explainBy(recorded('E3-missing-route'), OWN)
  assert.equal(told.problem, OWN.problem)
  assert.deepEqual(told.seen, [
    'nslookup: timed out',
    'ip route on causew0: no line for 10.200.1.0/24',
  ])
  assert.equal(told.cause, '[E3] causew0 has no route to 10.200.1.0/24, the pods of causew1')
  assert.equal(told.remedy, 'ip route add 10.200.1.0/24 via 192.168.186.211   # on causew0')
  assert.equal(told.verdict?.code, 'E3')
  assert.equal(told.verdict.subject, 'causew0')
  assert.ok(told.ruledOut?.includes('every worker forwards packets'))
})

test('where no known failure fits, it says unknown and shows the evidence', () => {
  const evidence = but(
    corednsPods(
      { ready: false },
      { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
    ),
  )
  const told = explainBy(failing('coredns-pods', evidence), OWN)
  assert.equal(told.cause, 'unknown: no known failure fits what was seen')
  assert.equal(told.remedy, OWN.remedy)
  assert.equal(told.verdict, undefined)
  assert.match(
    told.seen?.join('\n') ?? '',
    /^pod coredns-\S+ on causew\d is not ready: CrashLoopBackOff: back-off 10s$/m,
  )
})

test("of CoreDNS's log the last line is shown that is not its own test for loops", () => {
  const seen = explainBy(failing('coredns-pods', HEALTHY), OWN).seen?.join('\n') ?? ''
  assert.match(seen, /^pod coredns-\S+ logs: linux\/amd64/m)
  assert.doesNotMatch(seen, /HINFO/)
})

test('what was not looked at is said, one line a reason', async () => {
  const down = (kind: string) => () =>
    Promise.reject(
      new StepError(
        {
          problem: `the API server refuses connections; wanted to list ${kind} in all namespaces`,
          remedy: 'none',
        },
        { reason: 'the API server refuses connections' },
      ),
    )
  const stop = new AbortController()
  const ask = askWithin(systemClock, 60_000, stop.signal)
  const [pods, nodes] = await Promise.all([ask<never>(down('Pod')), ask<never>(down('Node'))])
  stop.abort()
  const told = explainBy(but({ pods, nodes, logs: pods }), OWN)
  assert.ok(
    told.seen?.includes('not looked at: nodes, pods, logs: the API server refuses connections'),
  )
})

test('a step that knows its cause keeps it where no verdict is better', () => {
  const own = { ...OWN, cause: 'another manager owns these fields' }
  assert.deepEqual(explainBy(failing('apply-manifest', HEALTHY), own), own)
})

test('a real fault that the step does not touch is not its cause', () => {
  const evidence = failing('apply-manifest', recorded('E3-missing-route'))
  assert.equal(explainBy(evidence, OWN).verdict, undefined)
  assert.equal(permanentCauseIn(evidence), null)
})

test('of a step that touches nothing no cause is looked for', async () => {
  const diagnose = diagnoseBy(null as never, () => assert.fail('it looks for a cause'))
  const { step: id, touches } = failing('download-manifest', HEALTHY).failure
  const step = { ...fakeStep({ id, wants: {} }), touches }
  for (const asked of ['look', 'wait', 'end'] as const) {
    assert.equal(await diagnose(step, { explanation: OWN }, asked), null)
  }
})

test('a wait is ended by the first cause that no waiting heals', () => {
  assert.equal(permanentCauseIn(recorded('D7-kube-proxy-stopped'))?.verdict?.code, 'D7')
  assert.equal(permanentCauseIn(HEALTHY), null)
})
