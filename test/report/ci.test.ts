import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ciJobIn } from '../../lib/report/ci/job.ts'
import type { Cause } from '../../lib/core/errors.ts'
import type { Event } from '../../lib/ports/events.ts'
import { githubAnnotations, githubSummary } from '../../lib/report/ci/github.ts'
import { gitlabSection } from '../../lib/report/ci/gitlab.ts'
import * as runs from '../view/runs.ts'
import { matrixEvent, reportOf, RUNS } from './told.ts'

const verdict: Cause = {
  code: 'E3',
  layer: 'network',
  certainty: 'seen',
  subject: 'w0',
  cause: 'w0 has no route',
  evidence: 'ip route on w0: none',
  cure: 'ip route add x via y',
}

const unhealthy: readonly Event[] = [
  runs.started('verify'),
  matrixEvent('apply-manifest', 3),
  ...runs.step({
    ...{ type: 'step-failed', step: 'apply-manifest', undone: [] },
    explanation: { ...runs.PODS, verdict },
  }),
  runs.ended('verify', 'failed', { code: 4 }),
]

test('a job is known by what its runner says', () => {
  assert.equal(ciJobIn({ CI: 'true' }), null)
  assert.deepEqual(ciJobIn({ GITLAB_CI: 'true' }), { kind: 'gitlab' })
  assert.deepEqual(ciJobIn({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/s' }), {
    kind: 'github',
    summary: '/s',
  })
})

test("GitHub's summary has the cause, its evidence and the next command as a block", () => {
  const text = githubSummary(reportOf(unhealthy))
  assert.match(text, /^### ❌ hardway verify: target lab: 3 controllers, 3 workers$/m)
  assert.match(text, /^Cause: \*\*E3\*\* w0 has no route$/m)
  assert.match(text, /^```sh\nip route on w0: none\n```$/m)
  assert.match(text, /^```sh\nip route add x via y\n```$/m)
  assert.match(text, /^\*\*Matrix:\*\* 6 of 8 paths answer without loss$/m)
})

test('what has failed is an error at GitHub, what differs a warning, what is well nothing', () => {
  assert.deepEqual(githubAnnotations(reportOf(unhealthy)), [
    '::error title=Apply coredns.yaml::both CoreDNS pods have the address 10.200.0.2%0A[E3] w0 has no route%0Aip route add x via y',
  ])
  assert.deepEqual(githubAnnotations(reportOf(runs.verifyDrift)), [
    '::warning title=Apply coredns.yaml::differs from what is wanted',
  ])
  assert.deepEqual(githubAnnotations(reportOf(runs.nothingToDo)), [])
})

test('a section of GitLab begins, says what is to be done, and ends', () => {
  const run = reportOf(unhealthy)
  const lines = gitlabSection(run).split('\n')
  const [start = '', end = ''] = ['start', 'end'].map(
    (which) => `\u001b[0Ksection_${which}:${Math.floor(run.to / 1000)}:hardway\r\u001b[0K`,
  )
  assert.ok(lines[0]?.startsWith(`${start}hardway verify: `))
  assert.ok(lines.includes('cause     [E3] w0 has no route'))
  assert.ok(lines.includes('next      ip route add x via y'))
  assert.equal(lines.at(-1), end)
})

test('every run, killed ones included, has a summary that says what to do', () => {
  for (const events of RUNS.flatMap((all) => [all, all.slice(0, -1)])) {
    const run = reportOf(events)
    assert.match(githubSummary(run), /^### (?:✅|⚠️|❌) hardway /)
    assert.match(gitlabSection(run), /section_end/)
  }
})

test('nothing that a cluster says becomes a command of the runner, a link or a part of the summary', () => {
  const evil = '::warning::x\n::add-mask::y%0A```\n<img src=x>[a](http://b)![c](http://d) ````'
  const explanation = { problem: evil, seen: [evil], remedy: `kubectl ${evil}`, cause: evil }
  const run = reportOf([
    runs.started('run'),
    ...runs.step({ type: 'step-failed', step: 'check-machine', explanation, undone: [] }),
    runs.ended('run', 'failed'),
  ])
  for (const line of githubAnnotations(run)) assert.match(line, /^::error title=[^:\n]*::[^\n]*$/)
  const text = githubSummary(run)
  const outside = text.replaceAll(/^(`{3,})sh\n[\s\S]*?\n\1$/gm, '')
  assert.doesNotMatch(outside, /<img|[^\\]\]\(|(?<!\\)!\[|`{3}/)
})
