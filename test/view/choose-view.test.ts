import assert from 'node:assert/strict'
import test from 'node:test'
import { chooseView } from '../../lib/view/choose-view.ts'

const CHOICES: readonly {
  readonly where: string
  readonly isTTY?: boolean
  readonly json?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly view: string
}[] = [
  { where: 'on a terminal', view: 'live, coloured' },
  { where: 'into a pipe', isTTY: false, view: 'plain' },
  { where: 'with --json', json: true, view: 'json' },
  { where: 'with --json into a pipe', json: true, isTTY: false, view: 'json' },
  { where: 'in CI, even with a terminal', env: { CI: 'true' }, view: 'plain' },
  { where: 'with CI=false', env: { CI: 'false' }, view: 'live, coloured' },
  { where: 'on a dumb terminal', env: { TERM: 'dumb' }, view: 'plain' },
  { where: 'with NO_COLOR', env: { NO_COLOR: '1' }, view: 'live' },
  { where: 'with an empty NO_COLOR', env: { NO_COLOR: '' }, view: 'live, coloured' },
  { where: 'with FORCE_COLOR=0', env: { FORCE_COLOR: '0' }, view: 'live' },
  {
    where: 'with NO_COLOR and FORCE_COLOR',
    env: { NO_COLOR: '1', FORCE_COLOR: '3' },
    view: 'live',
  },
  { where: 'into a pipe with FORCE_COLOR', isTTY: false, env: { FORCE_COLOR: '3' }, view: 'plain' },
]

for (const { where, isTTY = true, json = false, env = {}, view } of CHOICES) {
  test(`the view ${where} is ${view}`, () => {
    const { kind, color } = chooseView({ isTTY, json, env })
    assert.equal(color ? `${kind}, coloured` : kind, view)
  })
}
