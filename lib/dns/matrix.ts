import { counted } from '../core/counted.ts'
import { milliseconds } from '../core/milliseconds.ts'
import type { Matrix, MatrixCell, MatrixTarget, NameCheck } from '../core/look-data.ts'
import { FORWARDED } from './name-checks.ts'

/** What is not as it should be, a line each; empty where all is proven. */
export function redOf({ cells, names }: Matrix): readonly string[] {
  const [unasked, red] = [
    cells.filter(isUnasked),
    cells.filter((cell) => isRed(cell) && !isUnasked(cell)),
  ]
  const groups = Map.groupBy(unasked, ({ via, notProven }) => `${via} ${notProven}`)
  const why = new Map(unasked.map(({ worker, notProven }) => [worker, notProven]))
  return [
    ...[...groups.values()].map(unaskedInWords),
    ...red.map(cellInWords),
    ...names.filter(({ worker, ok, got }) => !ok && why.get(worker) !== got).map(nameInWords),
  ]
}

function isUnasked({ notProven }: MatrixCell): boolean {
  return notProven !== undefined
}

/** What keeps questions from being asked for one reason is one fault. */
function unaskedInWords(cells: readonly MatrixCell[]): string {
  const [first] = cells
  if (first === undefined) return ''
  if (cells.length === 1) return cellInWords(first)
  const from = unique(cells.map(({ worker }) => worker || 'port-forward')).join(', ')
  const servers = new Set(cells.map(({ target }) => target.address)).size
  return `${from} -> ${counted(servers, 'server')}, UDP and TCP: not proven, ${first.notProven ?? ''}`
}

/** `worker0: kubernetes.default gives NXDOMAIN, expected 10.32.0.1` */
export function nameInWords({ worker, name, kind, got, expected }: NameCheck): string {
  // What differs there says itself what was expected.
  if (kind === 'resolv.conf') return `${worker}: resolv.conf of its probe: ${got}`
  return `${worker}: ${name} gives ${got}, expected ${expected}`
}

/** Green is only what was measured, answered without loss and rightly. */
export function isRed({ asked, answered, wrong, notProven, large }: MatrixCell): boolean {
  const lost = answered < asked || large === 'lost'
  return notProven !== undefined || asked === 0 || lost || wrong.length > 0
}

function cellInWords(cell: MatrixCell): string {
  const from = cell.via === 'port-forward' ? 'port-forward' : cell.worker
  const head = `${from} -> ${targetInWords(cell.target)} ${cell.protocol.toUpperCase()}`
  if (cell.notProven !== undefined) return `${head}: not proven, ${cell.notProven}`
  const wrong = cell.wrong.length === 0 ? '' : `, wrong: ${cell.wrong.join(', ')}`
  const errors = cell.errors === undefined ? '' : `, ${cell.errors.join(', ')}`
  const large = cell.large === 'lost' ? ', large packets get lost' : ''
  return `${head}: ${cell.answered} of ${cell.asked} answered${large}${errors}${wrong}`
}

function targetInWords({ kind, name, address, node }: MatrixTarget): string {
  if (kind === 'host') return address
  const where = kind === 'service' ? `Service ${name}` : `${name} on ${node ?? '?'}`
  return `${where} ${address}`
}

/** The cluster's own names are proven; that no others are found may still be news. */
function unforwarded(names: Matrix['names']): string {
  const failed = names.find(
    ({ expected, got }) => expected === FORWARDED && ['SERVFAIL', 'unresolved'].includes(got),
  )
  if (failed === undefined) return ''
  return `; ${failed.name} gives ${failed.got}: the Corefile forwards, and to no server that answers`
}

/** What could not be measured, and why: a line for each reason, with all whom it concerns. */
export function notProvenIn(
  { cells }: Matrix,
  nameOn: (worker: string) => string,
): { readonly cells: ReadonlySet<MatrixCell>; readonly lines: readonly string[] } {
  const unknown = cells.filter(({ notProven }) => notProven !== undefined)
  const byReason = Object.groupBy(unknown, ({ worker, target, notProven = '' }) =>
    worker === ''
      ? notProven.replaceAll(target.name, '…')
      : notProven.replaceAll(nameOn(worker), 'its probe'),
  )
  const lines = Object.entries(byReason).map(([reason, of = []]) => {
    const from = unique(of.map(({ worker }) => worker).filter((worker) => worker !== ''))
    const pods = unique(of.map(({ target }) => target.name))
    const what =
      from.length === 0 ? `${pods.join(', ')} past the network` : `from ${from.join(', ')}`
    return `not proven ${what}: ${reason}`
  })
  return { cells: new Set(unknown), lines }
}

/**
 * `3 workers, 3 servers, UDP and TCP: 120 of 120 answered; 21 names as expected`; without probes what is
 * proven all the same, and what is not.
 */
export function proofOf({ cells, names }: Matrix): string {
  const workers = new Set(names.map(({ worker }) => worker)).size
  const servers = new Set(cells.map(({ target }) => target.address)).size
  const sum = (of: (cell: MatrixCell) => number): number =>
    cells.reduce((total, cell) => total + of(cell), 0)
  const slowest = slowestOf(cells)
  const p99 = slowest === null ? '' : `, p99 ${slowest}`
  const answered = `${sum((cell) => cell.answered)} of ${sum(({ asked }) => asked)} answered${p99}`
  if (workers === 0) {
    const past =
      cells.length === 0
        ? 'no server was asked'
        : `${counted(servers, 'server')}, past the network: ${answered}`
    return `${past}; not proven: the Service, the way from pods to the servers, resolv.conf and names`
  }
  return `${counted(workers, 'worker')}, ${counted(servers, 'server')}, UDP and TCP: ${answered}; ${counted(names.length, 'name')} as expected${unforwarded(names)}`
}

/**
 * One row a worker, one column a server, `UDP/TCP` answers in per cent of the questions and, where it was measured,
 * within which time 99 of 100 answers came by the slower of both protocols; `?` where nothing could be measured.
 */
export function tableOf({ cells }: Matrix): readonly string[] {
  const rows = unique(cells.map(({ worker }) => worker))
  const targets = new Map(cells.map(({ target }) => [target.address, target]))
  const what = cells.some(({ figures }) => figures !== undefined) ? 'UDP/TCP p99' : 'UDP/TCP'
  const head = [what, ...[...targets.values()].map(headOf)]
  const body = rows.map((worker) => [
    worker === '' ? 'port-forward' : worker,
    ...[...targets.keys()].map((address) => pairOf(cells, { worker, address })),
  ])
  const table = [head, ...body]
  const widths = head.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)))
  return table.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function headOf({ kind, address, node }: MatrixTarget): string {
  if (kind === 'host') return address
  return kind === 'service' ? `Service ${address}` : `${address} on ${node ?? '?'}`
}

function pairOf(
  cells: readonly MatrixCell[],
  of: { readonly worker: string; readonly address: string },
): string {
  const found = (['udp', 'tcp'] as const).map((protocol) =>
    cells.find(
      (cell) =>
        cell.worker === of.worker &&
        cell.target.address === of.address &&
        cell.protocol === protocol,
    ),
  )
  const slowest = slowestOf(found.flatMap((cell) => cell ?? []))
  const slower = slowest === null ? '' : ` ${slowest}`
  return `${found.map(shareOf).join('/')}${slower}`
}

/** The worst p99 of some cells: `1.2 ms`; null where no times were measured. */
function slowestOf(cells: readonly MatrixCell[]): string | null {
  const times = cells.flatMap(({ figures }) =>
    figures === undefined || figures.lost === figures.sent ? [] : [figures.p99],
  )
  return times.length === 0 ? null : milliseconds(Math.max(...times))
}

function shareOf(cell: MatrixCell | undefined): string {
  if (cell === undefined) return '-'
  if (cell.notProven !== undefined || cell.asked === 0) return '?'
  if (cell.large === 'lost') return 'small only'
  return `${Math.floor((100 * cell.answered) / cell.asked)}%`
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)]
}
