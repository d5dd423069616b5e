import { isWriting } from '../core/change.ts'
import type { Check } from '../ports/step.ts'
import { type Item, look, type RunContext } from './run-context.ts'

/** Looks that were begun before their steps' turns. */
export type LookAhead = ReturnType<typeof lookAhead>

type Early = {
  readonly check: Promise<Check>
  /** From now on it says at once what it has to say, and first what it has kept back. */
  readonly adopt: () => void
}

/**
 * Begins the looks of all steps at once, since they only read; each is told in its step's turn. Once something
 * changes, what was seen before counts no longer: then all are looked at in their turns.
 */
export function lookAhead(run: RunContext, items: readonly Item[]) {
  const over = new AbortController()
  const signal = AbortSignal.any([run.setup.signal, over.signal])
  const looks = new Map(items.map((item) => [item, begun(run, item, signal)]))
  let doubted = false
  return {
    /** The look that was begun for it, once; undefined where there is none that counts. */
    take(item: Item): Promise<Check> | undefined {
      const early = looks.get(item)
      looks.delete(item)
      early?.adopt()
      if (!doubted) return early?.check
      const again = () => look(run, item)
      return early?.check.then((check) => (onlyWaits(check) ? check : again()), again)
    },
    /** What was waited for has come: of what was seen before only that counts which is looked at again anyway. */
    doubt(): void {
      doubted = true
    },
    end(): void {
      looks.clear()
      over.abort(new Error('what was seen before the change counts no longer'))
    },
  }
}

/** Its step is to be verified, which looks at it as it is then. */
function onlyWaits(check: Check): boolean {
  return check.status === 'drifted' && !check.changes.some(isWriting)
}

function begun(run: RunContext, item: Item, signal: AbortSignal): Early {
  let kept: (() => void)[] | null = []
  const held =
    <T>(tell: (told: T) => void) =>
    (told: T): void => {
      if (kept === null) tell(told)
      else kept.push(() => tell(told))
    }
  const check = look(run, item, { signal, held })
  // Nobody may ever ask for it.
  check.catch(() => undefined)
  return {
    check,
    adopt: () => {
      const said = kept ?? []
      kept = null
      for (const say of said) say()
    },
  }
}
