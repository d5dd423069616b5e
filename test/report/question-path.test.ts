import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LAYERS, type Layer } from '../../lib/core/layers.ts'
import { isMarked, type QuestionPath, questionPath } from '../../lib/report/question-path.ts'
import * as runs from '../view/runs.ts'
import { matrixEvent, reportOf } from './told.ts'

/** A verify that failed at its last step, with a cause on that layer; `answered` of 4 by the pod on w1, from w0. */
function pathOf(layer: Layer, { subject = 'w0', answered = 0, code = 'E3' } = {}): QuestionPath {
  const [start, ...rest] = runs.verifyUnhealthy
  assert.ok(start)
  const verdict = { code, layer, certainty: 'seen', subject } as const
  const explanation = {
    ...runs.PODS,
    verdict: { ...verdict, cause: 'no route', evidence: 'ip route', cure: 'ip route add x' },
  }
  const path = questionPath(
    reportOf([
      start,
      ...rest.slice(0, -3),
      { type: 'step-started', step: 'coredns-pods' },
      matrixEvent('coredns-pods', answered),
      { type: 'step-failed', step: 'coredns-pods', explanation, undone: [] },
      runs.ended('verify', 'failed', { code: 4 }),
    ]),
  )
  assert.ok(path)
  return path
}

/** Everything that is marked as the place where it breaks. */
function brokenIn(path: QuestionPath): readonly string[] {
  const { client, resolvConf, service, kubeProxy, answer, upstream, endpoints } = path
  return [
    ...(path.nodeBroken ? [`node ${path.worker}`] : []),
    ...[client, resolvConf, service, kubeProxy, ...endpoints, answer, upstream].flatMap((hop) =>
      hop.broken ? [hop.title] : [],
    ),
    ...endpoints.flatMap(({ lost, title }) => (lost ? [`the way to ${title}`] : [])),
  ]
}

test('the cause of every layer has a place on the way', () => {
  for (const layer of LAYERS) assert.notDeepEqual(brokenIn(pathOf(layer)), [], layer)
})

test('a cause of the pod network is marked on the way that loses, not at its ends', () => {
  const path = pathOf('network')
  assert.deepEqual(brokenIn(path), ['the way to coredns-1'])
  assert.equal(path.worker, 'w0')
})

test('a cause at a host is marked at what it breaks there, else on that host', () => {
  const broken = (code: string, subject: string) => brokenIn(pathOf('hosts', { code, subject }))
  assert.deepEqual(broken('D7', 'w0'), ['kube-proxy'])
  assert.deepEqual(broken('E5', 'w0'), ['the way to coredns-1'])
  assert.deepEqual(broken('G3', 'w0'), ['node w0'])
  assert.deepEqual(broken('G3', 'w1'), ['coredns-1'])
})

test('a cause at a host that is not drawn is marked nowhere', () => {
  const path = pathOf('hosts', { code: 'B13', subject: 'm0' })
  assert.deepEqual([brokenIn(path), isMarked(path)], [[], false])
})

test('a way is good, bad or unknown by what was measured on it and by nothing else', () => {
  const [lossy] = pathOf('network', { answered: 3 }).endpoints
  assert.deepEqual([lossy?.way, lossy?.known], ['bad', 'good'])
  const green = questionPath(reportOf(runs.nothingToDo))
  assert.equal(green, null)
})

test('a run that only concerns the lab has no such way', () => {
  const [start] = runs.labFailure
  assert.ok(start?.type === 'run-started')
  const steps = start.steps.filter(({ list }) => list === 'lab')
  assert.equal(questionPath(reportOf([{ ...start, steps }, ...runs.labFailure.slice(1)])), null)
})
