import type { Explanation } from '../core/errors.ts'
import type { LookData } from '../core/look-data.ts'
import type { Step } from './step.ts'

/** How a step has failed, or what it still waits for. */
export type Failing = {
  readonly explanation: Explanation
  readonly data?: LookData | undefined
  /** Nobody can be asked, and the explanation says why. */
  readonly noAccess?: boolean
}

/** When a cause is asked for: after a look, by its data alone; now and then during a wait; after the failure. */
export type Asked = 'look' | 'wait' | 'end'

/** Why a step fails; null where that cannot be told, or waiting may heal it. Reads only, with a deadline of its own. */
export type Diagnose = (step: Step, failing: Failing, asked: Asked) => Promise<Explanation | null>
