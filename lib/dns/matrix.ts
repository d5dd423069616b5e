/** A server of the cluster DNS: the Service's address, or that of one CoreDNS pod. */
export interface MatrixTarget {
  readonly kind: 'service' | 'pod'
  readonly name: string
  readonly address: string
  /** Where the pod runs. */
  readonly node?: string
}

/** How one worker's pods reach one server. */
export interface MatrixCell {
  /** Empty where it was asked through a port-forward, past the pod network. */
  readonly worker: string
  readonly target: MatrixTarget
  readonly protocol: 'udp' | 'tcp'
  readonly via: 'pod' | 'port-forward'
  readonly asked: number
  /** Right answers. */
  readonly answered: number
  /** Answers that were not right, each once. */
  readonly wrong: readonly string[]
  /**
   * The quickest answer, which tells of the way: the others waited for a processor as well, being asked at
   * once. From a pod in steps of 10 ms.
   */
  readonly latencyMs: number | null
  /** Why nothing can be said. */
  readonly notProven?: string
}

/** What a worker's pods get for a name, by their own resolv.conf. */
export interface NameCheck {
  readonly worker: string
  readonly name: string
  readonly kind: 'short' | 'partial' | 'full' | 'reverse' | 'absent' | 'external' | 'resolv.conf'
  readonly expected: string
  readonly got: string
  readonly ok: boolean
}

/** Every worker, every server, UDP and TCP; and every kind of name from every worker. */
export interface Matrix {
  readonly cells: readonly MatrixCell[]
  readonly names: readonly NameCheck[]
}

/** What is not as it should be, a line each; empty where all is proven. */
export function redOf({ cells, names }: Matrix): readonly string[] {
  return [
    ...cells.filter(isRed).map(cellInWords),
    ...names
      .filter(({ ok }) => !ok)
      .map((one) => `${one.worker}: ${one.name} gives ${one.got}, expected ${one.expected}`),
  ]
}

/** Green is only what was measured, answered without loss and rightly. */
export function isRed({ asked, answered, wrong, notProven }: MatrixCell): boolean {
  return notProven !== undefined || asked === 0 || answered < asked || wrong.length > 0
}

function cellInWords(cell: MatrixCell): string {
  const from = cell.via === 'port-forward' ? 'port-forward' : cell.worker
  const head = `${from} -> ${targetInWords(cell.target)} ${cell.protocol.toUpperCase()}`
  if (cell.notProven !== undefined) return `${head}: not proven, ${cell.notProven}`
  const wrong = cell.wrong.length === 0 ? '' : `, wrong: ${cell.wrong.join(', ')}`
  return `${head}: ${cell.answered} of ${cell.asked} answered${wrong}`
}

function targetInWords({ kind, name, address, node }: MatrixTarget): string {
  const where = kind === 'service' ? `Service ${name}` : `${name} on ${node ?? '?'}`
  return `${where} ${address}`
}

/** `3 workers, 3 servers, UDP and TCP: 120 of 120 answered; 21 names as expected` */
export function proofOf({ cells, names }: Matrix): string {
  const workers = new Set(names.map(({ worker }) => worker)).size
  const servers = new Set(cells.map(({ target }) => target.address)).size
  const sum = (of: (cell: MatrixCell) => number): number =>
    cells.reduce((total, cell) => total + of(cell), 0)
  return (
    `${workers} workers, ${servers} servers, UDP and TCP: ${sum(({ answered }) => answered)} of ` +
    `${sum(({ asked }) => asked)} answered; ${names.length} names as expected`
  )
}

/**
 * One row a worker, one column a server, `UDP/TCP` answers in per cent of the questions and the slower of
 * both protocols, `?` where that could not be measured.
 */
export function tableOf({ cells }: Matrix): readonly string[] {
  const rows = unique(cells.map(({ worker }) => worker))
  const targets = new Map(cells.map(({ target }) => [target.address, target]))
  const head = ['UDP/TCP', ...[...targets.values()].map(headOf)]
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
  const times = found.flatMap((cell) => cell?.latencyMs ?? [])
  const slower = times.length === 0 ? '' : ` ${Math.round(Math.max(...times))} ms`
  return `${found.map(shareOf).join('/')}${slower}`
}

function shareOf(cell: MatrixCell | undefined): string {
  if (cell === undefined) return '-'
  if (cell.notProven !== undefined || cell.asked === 0) return '?'
  return `${Math.floor((100 * cell.answered) / cell.asked)}%`
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)]
}
