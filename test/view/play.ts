import type { Event } from '../../lib/ports/events.ts'
import type { OpenView } from '../../lib/view/open-view.ts'

/** Feeds a view as the engine does: what a step tells, it tells while its task runs. */
export interface Player {
  /** At the run's end resolves once the list has ended and the view knows. */
  readonly feed: (event: Event) => Promise<void>
  /** The list ends where it is, as when a task rejects without a word. */
  readonly breakOff: () => Promise<void>
}

export function play(view: OpenView): Player {
  let pending: { readonly id: string; readonly over: PromiseWithResolvers<void> }[] = []
  let endsAtFailure = true
  let list = Promise.resolve()

  const breakOff = (): Promise<void> => {
    for (const { over } of pending) over.reject(new Error('the run ends here'))
    return list
  }
  return {
    breakOff,
    async feed(event) {
      if (event.type === 'run-ended') await breakOff()
      view.sink(event)
      if (event.type === 'run-started') {
        endsAtFailure = event.mode !== 'verify'
        pending = event.steps.map(({ id }) => ({ id, over: Promise.withResolvers() }))
        for (const { over } of pending) over.promise.catch(() => undefined)
        const tasks = event.steps.map((step, i) => ({
          ...step,
          run: () => pending[i]?.over.promise ?? Promise.resolve(),
        }))
        list = view.runTasks([...tasks]).catch(() => undefined)
      } else if ('step' in event && !BEFORE_THE_END.has(event.type)) {
        settle(event)
      }
    },
  }

  function settle(event: Extract<Event, { step: string }>): void {
    const task = pending.find(({ id, over }) => id === event.step && !settled.has(over))
    if (task === undefined) return
    settled.add(task.over)
    if (event.type === 'step-failed' && endsAtFailure) task.over.reject(new Error('failed'))
    else task.over.resolve()
  }
}

const settled = new WeakSet<PromiseWithResolvers<void>>()

const BEFORE_THE_END: ReadonlySet<string> = new Set([
  'step-started',
  'step-progress',
  'step-measured',
  'step-by-hand',
])
