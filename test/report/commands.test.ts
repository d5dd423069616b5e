import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '../../lib/ports/events.ts'
import { commandsText } from '../../lib/report/commands.ts'
import * as runs from '../view/runs.ts'
import { reportOf } from './told.ts'

function commandsOf(events: readonly Event[]): string {
  return commandsText(reportOf(events)) ?? ''
}

const kubectl = 'kubectl --kubeconfig /k --context c'

test('the chapter is told as commands, on the cluster that the run was on', () => {
  const [first, ...rest] = runs.freshRun
  assert.ok(first?.type === 'run-started')
  const typed = { type: 'step-by-hand', step: 'coredns-pods', commands: 'kubectl wait x' } as const
  const text = commandsOf([{ ...first, kubectl }, ...rest.slice(0, -2), typed, ...rest.slice(-2)])
  assert.match(text, /^kubectl\(\) \{ command kubectl --kubeconfig \/k --context c "\$@"; \}$/m)
  assert.match(text, /^# 14.1 Apply coredns.yaml\nmake apply-manifest$/m)
  assert.match(text, /^kubectl wait x$/m)
  assert.doesNotMatch(text, /check-machine/)
})

test('where a run has failed its commands are told as a comment only, and what it did not reach', () => {
  const text = commandsOf(runs.failure)
  assert.match(text, /^make download-manifest$/m)
  assert.match(
    text,
    /^# \(failed here: both CoreDNS pods have the address 10.200.0.2\)\n# make apply-manifest$/m,
  )
  assert.match(text, /^# \(the run did not get here\)\n# make coredns-pods$/m)
})

test('a rollback and a lab alone are no chapter', () => {
  assert.equal(commandsText(reportOf(runs.rollback)), null)
  const [first] = runs.labFailure
  assert.ok(first?.type === 'run-started')
  const steps = first.steps.filter(({ list }) => list === 'lab')
  assert.equal(commandsText(reportOf([{ ...first, steps }])), null)
})
