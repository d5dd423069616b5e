import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import type { Event } from '../../lib/ports/events.ts'
import { pageText } from '../../lib/report/html/page.ts'
import { tempDir } from '../supply/programs/support.ts'
import * as runs from '../view/runs.ts'
import { matrixEvent, reportOf, RUNS } from './told.ts'

const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome']
const browser = NAMES.flatMap((name) =>
  (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)),
).find((path) => existsSync(path))
const skip = browser === undefined && `no browser is here: one of ${NAMES.join(', ')}`

/** Told by the browser about a page: what it loaded, and how much wider than the window it is. */
const MEASURE = `<script>addEventListener('load', () => {
  const root = document.documentElement
  const wide = [...document.querySelectorAll('body *')].filter((one) =>
    !one.closest('svg') && one.getBoundingClientRect().right > root.clientWidth + 1)
  const told = { loaded: performance.getEntriesByType('resource').length, over: Math.max(0, root.scrollWidth - root.clientWidth),
    wide: wide.map((one) => one.outerHTML.slice(0, 80)), pictures: [...document.querySelectorAll('svg')]
      .filter((one) => one.getBoundingClientRect().width > 0).length }
  root.dataset.told = encodeURIComponent(JSON.stringify(told))
})</script>`

interface Told {
  readonly loaded: number
  readonly over: number
  readonly wide: readonly string[]
  readonly pictures: number
}

/** The page without its policy, which would not let the measuring in; with names as long as they may be. */
function measured(path: string, width: number): Told {
  const { stdout, stderr, status } = spawnSync(
    browser ?? '',
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      `--window-size=${width},900`,
      '--dump-dom',
      `file://${path}`,
    ],
    { encoding: 'utf8', timeout: 60_000 },
  )
  const told = /data-told="([^"]*)"/.exec(stdout)?.[1]
  assert.ok(told !== undefined, `${String(status)}: ${stderr}`)
  return JSON.parse(decodeURIComponent(told)) as Told
}

const [start, ...rest] = runs.verifyUnhealthy
const long = `npx tsx run.ts --inventory /${'very-long-folder/'.repeat(12)}lab.yaml lab up`
const wide: readonly Event[] = [
  { ...(start as Extract<Event, { type: 'run-started' }>), asked: long, kubectl: long },
  ...rest.slice(0, -3),
  { type: 'step-started', step: 'coredns-pods' },
  matrixEvent('coredns-pods', 1),
  {
    ...{ type: 'step-failed', step: 'coredns-pods', undone: ['x'.repeat(200)], goOn: long },
    explanation: { problem: 'p'.repeat(300), seen: ['s'.repeat(300)], remedy: long },
  },
  runs.ended('verify', 'failed', { code: 4, notes: ['n'.repeat(300)] }),
]

test(
  'in a browser a page loads nothing and fits its window, on a telephone as on a screen',
  { skip },
  async (t) => {
    const folder = await tempDir(t)
    for (const [i, events] of [...RUNS.slice(0, 4), wide].entries()) {
      const path = join(folder, `${i}.html`)
      const page = pageText(reportOf(events))
      await writeFile(
        path,
        page.replace(/<meta http-equiv[^>]*>/, '').replace('</head>', `${MEASURE}</head>`),
      )
      for (const width of [360, 1280]) {
        const { pictures, ...told } = measured(path, width)
        assert.deepEqual(told, { loaded: 0, over: 0, wide: [] }, `${i} at ${width}`)
        assert.equal(pictures, events === wide ? 1 : 0)
      }
    }
  },
)
