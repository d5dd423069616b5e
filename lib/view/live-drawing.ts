import type { Event, Outcome, StepTitle } from '../ports/events.ts'
import { LAB, openBoard } from './live-board.ts'
import type { WritableLike } from './output.ts'
import type { TaskList, TaskNode } from './task-list.ts'
import type { ViewEvent } from './view-events.ts'

/** What a drawing needs of its surroundings. */
export interface DrawingOptions {
  /** The streams themselves: the list draws on the terminal and looks at its size. */
  readonly terminal: { readonly out: WritableLike; readonly err: WritableLike }
  readonly verbose: boolean
  readonly color: boolean
  readonly columns: () => number
  /** Milliseconds; only differences count. */
  readonly now: () => number
  /** Told of errors of the list; the run itself goes on without it. */
  readonly fault: (error: unknown) => void
}

/** One run being drawn. */
export interface Drawing {
  handle(event: ViewEvent): void
  notice(text: string): void
  /** Ends the list, then calls `after`; only the first call counts. */
  finish(outcome: Outcome | undefined, after: () => void): void
  /** Resolves once the list has given the terminal back and `after` was called. */
  readonly finished: Promise<void>
}

const TICK_MS = 100

const NOTICE = 'group:notice'

/**
 * Draws one run. listr2 is loaded only here and only now, beside the first steps' work; what is
 * to be drawn before it is there is kept until then.
 */
export function openDrawing(
  options: DrawingOptions,
  run: Extract<Event, { type: 'run-started' }>,
): Drawing {
  const { terminal, color } = options
  const lines = lateLines()
  const board = openBoard(lines, { ...options, mode: run.mode, steps: run.steps })
  const finished: PromiseWithResolvers<void> = Promise.withResolvers()
  let finishing = false

  const list = import('./task-list.ts').then(({ openTaskList }) => {
    const opened = openTaskList(nodesOf(run.steps), { ...terminal, color })
    lines.connect(opened)
    return opened
  })
  const timer = setInterval(() => {
    board.tick()
  }, TICK_MS)
  timer.unref()

  const close = async (): Promise<void> => {
    try {
      await (await list).close()
    } catch (error) {
      options.fault(error)
    }
  }
  return {
    finished: finished.promise,
    handle(event) {
      board.handle(event)
    },
    notice(text) {
      lines.show(NOTICE, text)
    },
    finish(outcome, after) {
      if (finishing) return
      finishing = true
      clearInterval(timer)
      board.end(outcome)
      // What it announced is over.
      lines.end(NOTICE, '')
      void close().then(() => {
        after()
        finished.resolve()
      })
    },
  }
}

/** The lab's steps below one line, then the chapter's, and below all a place for notices. */
function nodesOf(steps: readonly StepTitle[]): TaskNode[] {
  const keysOf = (list: StepTitle['list']): TaskNode[] =>
    steps.filter((step) => step.list === list).map(({ id }) => ({ key: id }))
  const lab = keysOf('lab')
  return [
    ...(lab.length > 0 ? [{ key: LAB, children: lab }] : []),
    ...keysOf('chapter'),
    ...keysOf('faults'),
    { key: NOTICE },
  ]
}

type Lines = Pick<TaskList, 'show' | 'end'>

/** Lines that keep what they are told until there is a list to tell it. */
function lateLines(): Lines & { connect(list: Lines): void } {
  const early: ((list: Lines) => void)[] = []
  let connected: Lines | undefined
  const tell = (what: (list: Lines) => void): void => {
    if (connected === undefined) early.push(what)
    else what(connected)
  }
  return {
    show(key, text) {
      tell((list) => {
        list.show(key, text)
      })
    },
    end(key, text) {
      tell((list) => {
        list.end(key, text)
      })
    },
    connect(list) {
      connected = list
      for (const what of early) what(list)
    },
  }
}
