import { type Explanation, StepError } from '../core/errors.ts'
import { type Item, readingOf, type RunContext } from './run-context.ts'

/** A healthy step is proven by then; only one that takes longer is asked about. */
const PAUSE_MS = 3_000

/**
 * The step's own `verify`. While it waits, `setup.hopeless` is asked again and again; as soon as that
 * tells why waiting cannot help, the wait ends with a StepError that says so.
 */
export async function verifyStep(run: RunContext, item: Item): Promise<string> {
  if (run.setup.hopeless === undefined) return item.step.verify(readingOf(run, item))
  const ended = new AbortController()
  const said = { last: '' }
  const reading = readingOf(run, item, {
    signal: AbortSignal.any([run.setup.signal, ended.signal]),
    said: (text) => {
      said.last = text
    },
  })
  const proof = item.step.verify(reading)
  try {
    return await Promise.race([proof, hopeless(run, item, { said, signal: ended.signal })])
  } finally {
    ended.abort(new StepError({ problem: 'the wait was ended', remedy: '' }))
    // What it says from now on has no reader.
    proof.catch(() => undefined)
  }
}

/** Rejects as soon as there is no hope; otherwise goes on until the wait has ended. */
async function hopeless(
  { setup }: RunContext,
  { step }: Item,
  { said, signal }: { readonly said: { readonly last: string }; readonly signal: AbortSignal },
): Promise<never> {
  for (;;) {
    if (await paused(setup.clock.sleep(PAUSE_MS, signal))) return never()
    // What is waited for is said in one line, its parts set off like this.
    const seen = said.last === '' ? [] : said.last.split('; ')
    const explanation = await quietly(async () => setup.hopeless?.(step, seen))
    if (signal.aborted) return never()
    if (explanation !== null) throw new StepError(explanation)
  }
}

/** True when the pause was cut short. */
function paused(pause: Promise<void>): Promise<boolean> {
  return pause.then(
    () => false,
    () => true,
  )
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}

/** A look that fails says nothing about the step. */
async function quietly(
  look: () => Promise<Explanation | null | undefined>,
): Promise<Explanation | null> {
  try {
    return (await look()) ?? null
  } catch {
    return null
  }
}
