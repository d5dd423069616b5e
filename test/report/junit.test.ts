import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { validateXML } from 'xmllint-wasm'
import type { Event } from '../../lib/ports/events.ts'
import { junitText } from '../../lib/report/junit.ts'
import * as runs from '../view/runs.ts'
import { matrixEvent, reportOf, RUNS } from './told.ts'

const schema = await readFile(new URL('junit.xsd', import.meta.url), 'utf8')

async function mustBeValid(texts: readonly string[]): Promise<void> {
  const xml = texts.map((contents, i) => ({ fileName: `${i}.xml`, contents }))
  const { valid, errors } = await validateXML({ xml, schema: [schema] })
  assert.ok(valid, JSON.stringify(errors))
}

async function junitOf(events: readonly Event[]): Promise<string> {
  const text = junitText(reportOf(events))
  await mustBeValid([text])
  return text
}

/** The names of the cases that ended so. */
function namesOf(xml: string, outcome: string): readonly string[] {
  const cases = xml.matchAll(/<testcase classname="[^"]*" name="([^"]*)"[^>]*>(?:<([a-z-]+))?/g)
  return [...cases].flatMap(([, name = '', how = 'nothing']) => (how === outcome ? [name] : []))
}

test('every way in which a run can end is valid JUnit', async () => {
  const cut = RUNS.flatMap((events) => [events, events.slice(0, -1), events.slice(0, 3)])
  await mustBeValid(cut.map((events) => junitText(reportOf(events))))
  await assert.rejects(mustBeValid(['<testsuites/>']))
})

test('a case a step: failed, not reached and done are told apart', async () => {
  const xml = await junitOf(runs.failure)
  assert.deepEqual(namesOf(xml, 'failure'), ['Apply coredns.yaml (apply-manifest)'])
  assert.deepEqual(namesOf(xml, 'skipped'), ['Wait for two CoreDNS pods (coredns-pods)'])
  assert.deepEqual(namesOf(xml, 'system-out').length, 3)
  assert.match(xml, /<testsuites [^>]*tests="5" failures="1" errors="0">/)
  assert.match(xml, /type="unknown" message="both CoreDNS pods have the address 10.200.0.2"/)
})

test('a step that differs from what is wanted has failed', async () => {
  const xml = await junitOf(runs.verifyDrift)
  assert.deepEqual(namesOf(xml, 'failure'), ['Apply coredns.yaml (apply-manifest)'])
  assert.match(xml, /\.spec\.replicas: 3 → 2 {3}\(owned by kubectl-client-side-apply\)/)
})

test('a case a cell of the matrix, and one a name', async () => {
  const [start, ...rest] = runs.nothingToDo
  assert.ok(start)
  const xml = await junitOf([start, matrixEvent('check-machine', 3), ...rest])
  assert.match(xml, /<testsuite name="matrix" tests="8" failures="2"/)
  assert.match(xml, /<testsuite name="names" tests="2" failures="0"/)
  assert.deepEqual(namesOf(xml, 'failure'), ['w0 -&gt; pod on w1 UDP', 'w0 -&gt; pod on w1 TCP'])
  assert.match(xml, /message="3 of 4 answered by coredns-1 10.200.1.2"/)
})

test('a run that was killed is an error, whatever it had done', async () => {
  const xml = await junitOf(runs.freshRun.slice(0, -1))
  assert.match(xml, /errors="1"/)
  assert.deepEqual(namesOf(xml, 'error'), ['hardway run'])
})

test('what keeps a run from beginning is an error with its reason', async () => {
  const error = { problem: 'there is no context "x"', remedy: 'kubectl config get-contexts' }
  const xml = await junitOf([runs.ended('verify', 'failed', { code: 2, error })])
  assert.deepEqual(namesOf(xml, 'error'), ['hardway verify'])
  assert.match(xml, /message="there is no context &quot;x&quot;"/)
})

test('nothing that a cluster says breaks out of its place', async () => {
  const evil = `]]></failure>"'<script>&\u0000\ud800`
  const explanation = { problem: evil, seen: [evil], remedy: evil }
  await junitOf([
    runs.started('run'),
    ...runs.step({ type: 'step-failed', step: 'check-machine', explanation, undone: [evil] }),
    runs.ended('run', 'failed', { notes: [evil] }),
  ])
})
