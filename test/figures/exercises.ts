import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test, type TestContext } from 'node:test'
import { draw, levelOf, type Level } from '../../lib/exercises/draw.ts'
import { fitsEdition } from '../../lib/faults/fault.ts'
import { CHAPTER } from '../../lib/inventory/chapter.ts'
import { loadInventory } from '../../lib/inventory/load.ts'
import { isObject, type Json, textAt } from '../../lib/core/json.ts'
import { faults } from '../../steps/faults.ts'
import { assertCode } from '../e2e/events.ts'
import { inventory } from '../e2e/inventory.ts'
import { labDown, layout, withTheChapter } from '../e2e/lab.ts'
import { noLab } from '../e2e/no-lab.ts'
import { type Ended, paste, run } from '../e2e/program.ts'
import { curesOf, type Hand, shellFor } from './by-hand.ts'

/**
 * Each exercise is one: before, and after three plausible wrong cures, `lab check` says no; after the right one, by
 * hand, yes. `npm run test:exercises` takes about an hour, so `npm test` leaves it out.
 */
const skip = noLab
/** A check that says no has waited for each step that fails, so no longer than a learner does. */
const FILE = inventory({ size: '3+3', limits: { verify: CHAPTER.limits.verify } })
/** Only these faults, where given: `HARDWAY_FAULTS_ONLY=missing-route,corefile-loop`. */
const ONLY = process.env['HARDWAY_FAULTS_ONLY']?.split(',')
/** Of the two levels, at once. */
const PAIR = ['selector-without-match', 'forward-drop']
/** What the cluster has to notice by itself after a cure. */
const HEALED_MS = 120_000

const lab = await loadInventory(FILE)
const all = faults({ inventory: lab, layout }).filter((fault) => fitsEdition(fault, lab.edition))
const chosen = all.filter(
  ({ id, code }) => code !== null && (ONLY === undefined || ONLY.includes(id)),
)

/** What was done, whether `lab check` was content, and after how many seconds it said so. */
type Cell = {
  readonly name: string
  readonly solved: boolean
  readonly seconds: number
}

type Row = {
  readonly id: string
  readonly cells: Cell[]
}

const rows: Row[] = []
const pairs: string[] = []

withTheChapter(FILE)

after(() => {
  if (noLab === false) process.stdout.write(table())
})

describe('each exercise', { skip }, () => {
  for (const { id, code } of chosen) {
    test(`${id} is cured by its cure, and by nothing that only looks like one`, async (t) => {
      const cells: Cell[] = []
      rows.push({ id, cells })
      await leavingNothing(t, async () => {
        const level = levelOf(code ?? '')
        assertCode(await exercise(level, seedOf([id], level)), 0)
        const cures = curesOf(id, { subject: await subjectOf(id), inventory: lab, layout })
        assert.ok(cures, `say how ${id} is cured by hand`)
        const before = await judged({ name: 'before', lines: [] })
        cells.push(before)
        assert.equal(before.solved, false, 'it is solved before anything was done')
        for (const hand of cures.wrong) {
          const tried = await judged(hand)
          cells.push(tried)
          assert.equal(tried.solved, false, `${hand.name} is taken for a cure`)
          if (hand.back !== undefined) await typed(hand.back)
        }
        cells.push(await healed({ name: 'cure', lines: cures.right }))
      }).finally(() => {
        // Who stops the whole before its end has these.
        t.diagnostic(rowOf({ id, cells }))
      })
    })
  }
})

test(
  'of two at once, one that is cured is half of it',
  { skip: skip || PAIR.some((id) => ONLY?.includes(id) === false) },
  async (t) => {
    const cells: Cell[] = []
    await leavingNothing(t, async () => {
      assertCode(await exercise(3, seedOf(PAIR, 3)), 0)
      for (const [i, id] of PAIR.entries()) {
        const cures = curesOf(id, { subject: await subjectOf(id), inventory: lab, layout })
        assert.ok(cures)
        const hand = { name: id, lines: cures.right }
        cells.push(i === 0 ? await judged(hand) : await healed(hand))
      }
      assert.deepEqual(
        cells.map(({ solved }) => solved),
        [false, true],
      )
    })
    pairs.push(`${PAIR.join(' and ')} at once: ${cells.map(toldOf).join(', ')}`)
  },
)

/** What one exercise has left must not be the next one's failure: where it has failed, that gets a new lab. */
async function leavingNothing(t: TestContext, act: () => Promise<void>): Promise<void> {
  try {
    await act()
    assertCode(await run(['lab', 'mend', '--json', '--inventory', FILE]), 0)
    assertCode(await run(['--on-conflict', 'adopt', '--json', '--inventory', FILE]), 0)
  } catch (error) {
    t.diagnostic('it failed: the next one has a lab that is built anew')
    await labDown()
    assertCode(await run(['--json', '--inventory', FILE]), 0)
    throw error
  }
}

function exercise(level: Level, seed: number): Promise<Ended> {
  const drawn = ['--level', String(level), '--seed', String(seed)]
  return run(['lab', 'exercise', ...drawn, '--json', '--inventory', FILE])
}

function seedOf(ids: readonly string[], level: Level): number {
  const seeds = Array.from({ length: 2_000 }, (_, i) => i + 1)
  const seed = seeds.find((one) => ids.every((id) => draw(all, level, one).includes(id)))
  assert.ok(seed, `${ids.join(' and ')} are drawn`)
  return seed
}

/** Where it was put on, by the journal: the exercise itself tells nobody. */
async function subjectOf(id: string): Promise<string> {
  const text = await readFile(join(layout.folder, 'faults.journal'), 'utf8')
  const subjects = text.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return []
    const entry = JSON.parse(line) as Json
    if (!isObject(entry) || entry['step'] !== id) return []
    return textAt(entry, 'undo', 'subject') ?? []
  })
  return subjects.at(-1) ?? ''
}

async function judged(hand: Hand): Promise<Cell> {
  const began = performance.now()
  await typed(hand.lines)
  return cell(hand.name, began, await check())
}

async function healed(hand: Hand): Promise<Cell> {
  const began = performance.now()
  await typed(hand.lines)
  let ended = await check()
  while (ended.code !== 0 && performance.now() - began < HEALED_MS) ended = await check()
  assert.equal(ended.code, 0, ended.stdout)
  return cell(hand.name, began, ended)
}

function cell(name: string, began: number, { code, stdout }: Ended): Cell {
  // A check that could not look has not said no.
  assert.match(stdout, /"solved":(?:true|false)/)
  return { name, solved: code === 0, seconds: (performance.now() - began) / 1000 }
}

function check(): Promise<Ended> {
  return run(['lab', 'check', '--json', '--inventory', FILE])
}

async function typed(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return
  const program = `'${process.execPath}' run.ts --inventory '${FILE}'`
  assertCode(await paste([shellFor(program), ...lines].join('\n')), 0)
}

function rowOf({ id, cells }: Row): string {
  return `| ${[id, ...cells.map(toldOf)].join(' | ')} |`
}

function toldOf({ name, solved, seconds }: Cell): string {
  const what = name === 'before' || name === 'cure' ? '' : `${name}: `
  return `${what}${solved ? 'solved' : 'not solved'} ${seconds.toFixed(0)} s`
}

function table(): string {
  return [
    '',
    '| exercise | before | three wrong cures | | | the cure |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(rowOf),
    '',
    ...pairs,
    '',
  ].join('\n')
}
