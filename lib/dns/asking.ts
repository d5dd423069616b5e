import type { MatrixCell } from '../core/look-data.ts'
import type { NameAnswer, NameWanted } from './name-checks.ts'

/** What the pods of one worker are to ask. */
export type Questions = {
  readonly servers: readonly {
    readonly address: string
    /** How often, by each protocol, where every question costs a process. */
    readonly few: number
    /** Asked by TCP with large packets, too: it is a CoreDNS, which answers them alike. */
    readonly large?: true
  }[]
  /** Asked of the servers, without a dot at its end. */
  readonly full: string
  /** What it leads to. */
  readonly address: string
  /** Asked as the pods' resolv.conf has it. */
  readonly names: readonly NameWanted[]
}

/** What one server has answered by one protocol. */
export type CellTold = Pick<
  MatrixCell,
  'asked' | 'answered' | 'wrong' | 'figures' | 'errors' | 'notProven' | 'large'
>

/** What came of the questions. */
export interface Told {
  readonly resolvConf: string
  cell(address: string, protocol: MatrixCell['protocol']): CellTold
  name(wanted: NameWanted): NameAnswer
}
