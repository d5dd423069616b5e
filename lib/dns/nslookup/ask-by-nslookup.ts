import type { ClusterReader, PodContainer } from '../../ports/cluster.ts'
import { LOOKUPS, NAMES } from '../../ports/lookup-script.ts'
import type { CellTold, Questions, Told } from '../asking.ts'
import { type LookupResult, type Piece, piecesOf, resultIn } from './lookup-pieces.ts'
import { tcpQuery } from '../message.ts'
import type { NameAnswer, NameWanted } from '../name-checks.ts'
import { readNslookup } from './nslookup.ts'

/** What has not answered by then counts as lost; a healthy answer takes milliseconds. */
const PATIENCE_MS = 4_000
/** Questions in one exec, all at once: those of two CoreDNS pods took 16 MB of the probe's 64. */
const IN_ONE_EXEC = 40

/**
 * The same questions, fewer and without times, for a probe that has busybox alone: one exec after the other.
 * @throws StepError where it cannot be asked
 */
export async function askByNslookup(
  cluster: ClusterReader,
  of: PodContainer,
  { servers, full, address: right, names }: Questions,
  timeoutMs = PATIENCE_MS,
): Promise<Told> {
  const all = servers.flatMap(({ address, few }) => Array.from({ length: few }, () => address))
  const pieces: Piece[] = []
  for (const [i, part] of inParts(all, IN_ONE_EXEC).entries()) {
    const argv = [
      ...['sh', '-c', LOOKUPS, 'lookups', octalQuery(full), full, ...part],
      ...[NAMES, ...(i === 0 ? names.flatMap(({ ask }) => ask) : [])],
    ]
    const { stdout } = await cluster.exec(of, argv, { timeoutMs, partial: true })
    pieces.push(...piecesOf(stdout))
  }
  return {
    resolvConf: pieces.find(({ what }) => what === 'file')?.text ?? '',
    cell(address, protocol) {
      const told = pieces.filter(({ what, of: server }) => what === protocol && server === address)
      const asked = servers.find((one) => one.address === address)?.few ?? 0
      return { asked, ...sumUp(told.map((piece) => resultIn(piece, right))) }
    },
    name: (wanted) => nameIn(wanted, pieces),
  }
}

function sumUp(told: readonly LookupResult[]): Pick<CellTold, 'answered' | 'wrong'> {
  return {
    answered: told.filter(({ is }) => is === 'right').length,
    wrong: [...new Set(told.flatMap((one) => (one.is === 'wrong' ? [one.got] : [])))],
  }
}

/** Judged by what nslookup said, never by its exit code; the first of the names that has an answer. */
function nameIn({ kind, ask }: NameWanted, pieces: readonly Piece[]): NameAnswer {
  const readings = ask.map((name) => {
    const piece = pieces.find(({ what, of }) => what === 'name' && of === name)
    return piece && readNslookup({ stdout: piece.text, stderr: '', code: 0 })
  })
  const [answer] = readings.flatMap((reading) => reading?.answers ?? [])
  const found = (kind === 'reverse' ? answer?.name : answer?.address) ?? null
  const last = readings.at(-1)
  return { found, said: last === undefined ? 'no answer' : saidBy(last.outcome) }
}

function saidBy(outcome: string): string {
  return ['nxdomain', 'servfail'].includes(outcome) ? outcome.toUpperCase() : outcome
}

function inParts<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.max(1, Math.ceil(items.length / size))
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size))
}

/** The question for a name by TCP, as printf takes it: the shell's own strings hold no zero byte. */
function octalQuery(name: string): string {
  return [...tcpQuery(name, 'A')].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}
