import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '../../lib/ports/events.ts'
import { pageText } from '../../lib/report/html/page.ts'
import * as runs from '../view/runs.ts'
import { matrixEvent, reportOf, RUNS } from './told.ts'

function pageOf(events: readonly Event[]): string {
  return pageText(reportOf(events))
}

/** Its text, as it is read. */
function readable(page: string): string {
  const body = page.slice(page.indexOf('<body>'))
  return body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
}

/** Every element but those that have no end; of text only what is escaped may look like one. */
function mustBeBalanced(page: string): void {
  const open: string[] = []
  for (const [, end, name = '', self] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/g)) {
    if (['meta', 'br', 'rect', 'path', 'circle'].includes(name) && end === '') continue
    if (end === '/') assert.equal(open.pop(), name, page.slice(0, 200))
    else if (self === '') open.push(name)
  }
  assert.deepEqual(open, [])
}

test('every run, however it ended and wherever it was killed, is a whole page', () => {
  for (const events of RUNS) {
    for (const length of [events.length, events.length - 1, 3, 1]) {
      mustBeBalanced(pageOf(events.slice(0, length)))
    }
  }
})

test('a page asks nobody for anything and runs nothing', () => {
  for (const events of RUNS) {
    const page = pageOf(events)
    assert.match(page, /Content-Security-Policy" content="default-src &#39;none&#39;/)
    assert.doesNotMatch(page, /<script|<link|<img|<iframe|\bsrc=|@import|url\(|\bon[a-z]+=/i)
    for (const [, where] of page.matchAll(/href="([^"]*)"/g)) assert.match(where ?? '', /^#/)
  }
})

test('what has failed comes first: problem, evidence, cause, cure, and how to go on', () => {
  const text = readable(pageOf(runs.failure))
  const { problem, cause = '', remedy, seen = [] } = runs.PODS
  for (const part of [problem, cause, seen[1] ?? '', 'npx tsx run.ts --resume']) {
    assert.ok(text.includes(part.replaceAll("'", '&#39;')), part)
  }
  assert.ok(text.includes(remedy.replaceAll('"', '&quot;')))
  assert.match(
    text,
    /^ hardway run · target lab: .* Failed both CoreDNS pods have the address 10.200.0.2 /,
  )
})

test('a plan shows each field, its old and its new value, and whose it is', () => {
  const text = readable(pageOf(runs.dryRun))
  assert.match(
    text,
    /The plan .* change deployment.apps\/coredns \.spec\.replicas 3 → 2 owned by kubectl-client-side-apply/,
  )
})

test('a text of several lines is compared line by line', () => {
  const field = {
    path: '.data.Corefile',
    from: 'a\ncache 10\nz\n',
    to: 'a\ncache 30\nz\n',
    owner: 'me',
  }
  const changes = [{ action: 'change', what: 'configmap/coredns', fields: [field] } as const]
  const page = pageOf([
    runs.started('verify'),
    ...runs.step({ type: 'step-drifted', step: 'apply-manifest', changes }),
    runs.ended('verify', 'failed', { code: 3 }),
  ])
  assert.match(
    page,
    /<span class="removed">- cache 10\s*<\/span>\s*<span class="added">\+ cache 30\s*<\/span>/,
  )
})

test('the matrix has every cell, with its loss, and no time where none was measured', () => {
  const [start, ...rest] = runs.nothingToDo
  assert.ok(start)
  const page = pageOf([start, matrixEvent('check-machine', 3), ...rest])
  assert.equal([...page.matchAll(/<div class="cell /g)].length, 8)
  assert.equal([...page.matchAll(/75 %<\/span> <span class="why">3 of 4 answered/g)].length, 2)
  assert.match(page, /No times were measured in this run/)
})

test('times are shown where a prober has measured them', () => {
  const [start, ...rest] = runs.nothingToDo
  const event = matrixEvent('check-machine')
  assert.ok(start && event.type === 'step-measured')
  const figures = `"figures":{"sent":4,"lost":0,"p50":300,"p99":1240,"max":2000},"asked":4`
  const timed = JSON.parse(JSON.stringify(event).replaceAll('"asked":4', figures)) as Event
  const page = pageOf([start, timed, ...rest])
  assert.equal([...page.matchAll(/p99 1.2 ms/g)].length, 8)
})

test('a run that was killed says where, and that it has no end', () => {
  const [start] = runs.freshRun
  assert.ok(start)
  const text = readable(
    pageOf([
      start,
      { type: 'step-started', step: 'start-etcd' },
      { type: 'step-progress', step: 'start-etcd', text: 'one of three' },
    ]),
  )
  assert.match(
    text,
    /No end The run was killed, or is still at work at “Start etcd on the controllers”, where it last said: one of three/,
  )
})

test('nothing that a cluster says becomes a part of the page', () => {
  const evil = `</pre><script>alert(1)</script><img src=x onerror="alert(1)">'"&`
  const explanation = { problem: evil, seen: [evil], cause: evil, remedy: `kubectl ${evil}` }
  const page = pageOf([
    { ...runs.started('run'), target: evil } as Event,
    ...runs.step({
      type: 'step-failed',
      step: 'check-machine',
      explanation,
      undone: [evil],
      goOn: evil,
    }),
    runs.ended('run', 'failed', { notes: [evil] }),
  ])
  mustBeBalanced(page)
  assert.doesNotMatch(page, /<script|<img/)
})

test('what was lost while something changed is drawn over time, second by second', () => {
  const at = 1_800_014_400
  const none = { lost: 0, wrong: 0, open: 0, p50: 200, p99: 400, max: 500, errors: [] }
  const second = { type: 'dns-second', worker: 'w1', at, sent: 100, ...none } as const
  const told: readonly Event[] = [
    runs.started('run'),
    second,
    { ...second, at: at + 1, lost: 3, errors: ['connection refused'] },
    {
      ...{ type: 'dns-asked', server: '10.32.0.10', name: 'a.b', rate: 100, lines: [] },
      workers: [
        {
          ...{ worker: 'w1', sent: 200, lost: 3, wrong: 0, open: 0, slowest: { us: 500, at } },
          ...{ bad: [{ from: at + 1, to: at + 1 }], errors: ['connection refused'] },
        },
      ],
    },
    runs.ended('run', 'done'),
  ]
  const page = pageOf(told)
  mustBeBalanced(page)
  assert.equal([...page.matchAll(/<rect [^>]*>/g)].length, 2)
  assert.match(page, /<g class="bad"><title>w1 12:00:01: 3 of 100 lost/)
  const text = readable(page)
  assert.match(text, /Loss over time.* 200 questions, 3 without a right answer, from 12:00:00/)
  assert.match(text, /w1 200 asked, 3 lost, at 12:00:01, connection refused, slowest 0\.5 ms/)
  assert.doesNotMatch(pageOf(runs.failure), /Loss over time/)
  mustBeBalanced(pageOf(told.slice(0, 3)))
})
