import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { faults } from '../../steps/faults.ts'
import { fitsEdition } from '../../lib/faults/fault.ts'
import { loadInventory } from '../../lib/inventory/load.ts'
import { containerdSocket } from '../../lib/lab/layout.ts'
import { cured, verdictIn, verify } from '../e2e/cured.ts'
import { assertCode, ofType } from '../e2e/events.ts'
import { inventory } from '../e2e/inventory.ts'
import { labStatus, layout, pidsOf, withTheChapter } from '../e2e/lab.ts'
import { noLab } from '../e2e/no-lab.ts'
import { command, type Ended, PROJECT, run, start } from '../e2e/program.ts'
import { slowed } from './slow.ts'

/**
 * How soon the right cause is named and that its cure cures, and that none is named where nothing is wrong: `npm run test:causes`.
 * Takes about three quarters of an hour, so `npm test` leaves it out; the times hold for a machine with nothing else to do.
 */
const skip = noLab
const FILE = inventory({ size: '3+3' })
const HEALTHY = Number(process.env['HARDWAY_HEALTHY_RUNS'] ?? 50)
/** Only these faults, where given: `HARDWAY_FAULTS_ONLY=missing-route,corefile-loop`. */
const ONLY = process.env['HARDWAY_FAULTS_ONLY']?.split(',')
/** Seconds from the start of the program to the verdict, as promised on a machine with nothing else to do. */
const MEDIAN_S = 6
const WORST_S = 15
/** A busy one takes some times as long; who takes longer waits for somebody who is dead. */
const BUSY = 3

const lab = await loadInventory(FILE)
const all = faults({ inventory: lab, layout })
const chosen = all.filter(({ id }) => ONLY === undefined || ONLY.includes(id))

interface Figure {
  readonly id: string
  readonly expected: string
  readonly found: string
  readonly seconds: number | null
  /** As printed. */
  readonly cure: string
}

const figures: Figure[] = []

const HEALTHY_KINDS = [
  { name: 'verified', run: () => verify(FILE) },
  { name: 'replayed', run: replay },
  { name: 'replayed with slow API servers', run: () => slowly('kube-apiserver', replay) },
  {
    name: 'verified with slow API servers',
    run: () => slowly('kube-apiserver', () => verify(FILE)),
  },
  { name: 'images imported slowly', run: importSlowly },
] as const

withTheChapter(FILE)

after(() => {
  if (noLab === false) process.stdout.write(table())
})

describe('each fault', { skip }, () => {
  for (const fault of chosen) {
    const { id, code } = fault
    const name = `${id}: ${code === null ? 'nothing is blamed' : `${code} is named first`}`
    const inVain = `it has no effect in edition ${lab.edition}`
    test(name, { skip: fitsEdition(fault, lab.edition) ? false : inVain }, async () => {
      try {
        assertCode(await run(['lab', 'break', id, '--json', '--inventory', FILE]), 0)
        const figure = await judge(id, code)
        figures.push(figure)
        assert.equal(figure.found, figure.expected)
        if (code !== null) await cured(FILE, figure.cure)
      } finally {
        // The copy that the cure of cluster-ip-taken makes.
        await rm(join(PROJECT, 'legacy-dns.yaml'), { force: true })
        assertCode(await run(['lab', 'mend', '--json', '--inventory', FILE]), 0)
      }
      const mended = await run(['--json', '--inventory', FILE])
      assertCode(mended, 0)
      assert.deepEqual(verdictsIn(mended), [])
    })
  }

  test(`median and worst are within ${BUSY} times ${MEDIAN_S} s and ${WORST_S} s`, () => {
    const { median, worst } = spread()
    const isSoon = median <= BUSY * MEDIAN_S && worst <= BUSY * WORST_S
    assert.ok(isSoon, `median ${median} s, worst ${worst} s`)
  })
})

describe('a healthy lab', { skip }, () => {
  for (let n = 1; n <= HEALTHY; n += 1) {
    const kind = HEALTHY_KINDS[n % HEALTHY_KINDS.length] ?? HEALTHY_KINDS[0]
    test(`run ${n}, ${kind.name}: no verdict at all`, async () => {
      const ended = await kind.run()
      assertCode(ended, 0)
      assert.deepEqual(verdictsIn(ended), [])
    })
  }
})

/** From the start of `verify` until the first verdict, or to its end where none is told. */
async function judge(id: string, code: string | null): Promise<Figure> {
  const began = performance.now()
  const running = start(['verify', '--json', '--inventory', FILE])
  const seen = running.seen((event) => verdictIn(event) !== undefined).catch(() => undefined)
  const event = await seen
  const seconds = (performance.now() - began) / 1000
  const ended = await running.ended
  const verdict = event === undefined ? undefined : verdictIn(event)
  const found = verdict?.code ?? `exit ${String(ended.code)}`
  return {
    id,
    expected: code ?? 'exit 0',
    found,
    seconds: event === undefined ? null : Math.round(seconds * 10) / 10,
    cure: verdict?.cure ?? '',
  }
}

function verdictsIn(ended: Ended): readonly unknown[] {
  return ofType(ended, 'step-failed').map(({ explanation }) => explanation.verdict ?? explanation)
}

async function replay(): Promise<Ended> {
  assertCode(await run(['rollback', '--json', '--inventory', FILE]), 0)
  return run(['--json', '--inventory', FILE])
}

async function slowly(daemon: string, work: () => Promise<Ended>): Promise<Ended> {
  return slowed(await pidsNamed(daemon), work)
}

/** Without their images the workers have to get them again, from a containerd that has little time. */
async function importSlowly(): Promise<Ended> {
  assertCode(await run(['rollback', '--json', '--inventory', FILE]), 0)
  for (const { name, role } of (await labStatus(FILE)).hosts) {
    if (role !== 'worker') continue
    const ctr = [
      `${layout.programs}/containerd/bin/ctr`,
      ...['--address', containerdSocket(layout, name), '--namespace', 'k8s.io'],
    ]
    const [program, ...options] = ctr
    const { stdout } = await command(program ?? '', [...options, 'images', 'list', '--quiet'])
    const images = stdout.split('\n').filter((image) => image.includes('coredns'))
    await command(program ?? '', [...options, 'images', 'remove', '--sync', ...images])
  }
  return slowly('containerd', () => run(['--json', '--inventory', FILE]))
}

async function pidsNamed(daemon: string): Promise<readonly number[]> {
  return Object.entries(pidsOf(await labStatus(FILE))).flatMap(([name, pid]) =>
    name.endsWith(`/${daemon}`) && pid !== null ? [pid] : [],
  )
}

function spread(): { readonly median: number; readonly worst: number } {
  const times = figures.flatMap(({ seconds }) => seconds ?? []).sort((a, b) => a - b)
  return { median: times[Math.floor(times.length / 2)] ?? 0, worst: times.at(-1) ?? 0 }
}

function table(): string {
  const rows = figures.map(({ id, expected, found, seconds }) => {
    const wrong = found === expected ? '' : `, should be ${expected}`
    return `| ${id.padEnd(25)} | ${`${found}${wrong}`.padEnd(6)} | ${(seconds?.toFixed(1) ?? '-').padStart(7)} |`
  })
  const { median, worst } = spread()
  return [
    '',
    `| ${'fault'.padEnd(25)} | cause  | seconds |`,
    `| ${'-'.repeat(25)} | ------ | ------- |`,
    ...rows,
    '',
    `median ${median.toFixed(1)} s (promised ${MEDIAN_S}), worst ${worst.toFixed(1)} s (promised ${WORST_S}), over ${rows.length} faults; ${HEALTHY} healthy runs`,
    '',
  ].join('\n')
}
