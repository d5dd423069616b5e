import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from 'listr2'
import type { ListrTask, ListrTaskWrapper } from 'listr2'
import { painter } from './paint.ts'
import type { WritableLike } from './output.ts'

/** One line of the list, and the lines folded under it. */
export interface TaskNode {
  readonly key: string
  readonly children?: readonly TaskNode[]
}

/** Where the list is drawn. Both streams belong to it until it is closed: log-update overwrites what others print. */
export interface TaskListOptions {
  readonly out: WritableLike
  readonly err: WritableLike
  readonly color: boolean
}

/** A list on the terminal; a line appears with its first text. */
export interface TaskList {
  /** The text of a line that is being worked on; a spinner stands before it. */
  show(key: string, text: string): void
  /** The last text of a line, its mark included; empty, it takes the line away. Lines below it are folded for good. */
  end(key: string, text: string): void
  /** Draws the list for the last time and gives the terminal back. Lines that never got a text are not drawn. */
  close(): Promise<void>
}

/** listr2 would ask whether process.stdout is a terminal; whoever opens a list has decided that. */
class TerminalRenderer extends DefaultRenderer {
  static override nonTTY = true
}

type Wrapper = ListrTaskWrapper<undefined, typeof TerminalRenderer, typeof TerminalRenderer>
type Task = ListrTask<undefined, typeof TerminalRenderer, typeof TerminalRenderer>

/** A line of ours, before and after listr2 has taken it up. */
interface Line {
  text?: string
  last?: string
  wrapper?: Wrapper
  readonly over: PromiseWithResolvers<void>
}

/**
 * Draws `nodes` with listr2, which is only the painter here: nothing runs in its tasks, each waits
 * for `end`. It sees neither errors (it would print them once more and repaint the lines beside)
 * nor signals, and its rollback and skipping are not used: `skip` is only its word for "this text
 * is final".
 */
export function openTaskList(nodes: readonly TaskNode[], options: TaskListOptions): TaskList {
  const lines = new Map<string, Line>()
  // listr2 asks for whole terminal streams, but only writes, and looks at the size.
  const streams = new ProcessOutput(
    options.out as unknown as NodeJS.WriteStream,
    options.err as unknown as NodeJS.WriteStream,
  )
  const list = new Listr<undefined, typeof TerminalRenderer, typeof TerminalRenderer>(
    nodes.map((node) => taskOf(node, lines)),
    {
      ctx: undefined,
      // All wait from the start, so that events may come in any order.
      concurrent: true,
      exitOnError: true,
      registerSignalListeners: false,
      renderer: TerminalRenderer,
      rendererOptions: rendererOptions(streams, options.color),
    },
  )
  const drawn = list.run()
  // A second Ctrl-C ends the process at once: cursor and held back messages must not be lost.
  const abandon = (): void => {
    streams.release()
  }
  process.once('exit', abandon)
  const change = (key: string, text: Partial<Pick<Line, 'text' | 'last'>>): void => {
    const line = lines.get(key)
    if (line === undefined || line.last !== undefined) return
    Object.assign(line, text)
    apply(line)
  }
  return {
    show(key, text) {
      change(key, { text })
    },
    end(key, last) {
      change(key, { last })
    },
    async close() {
      for (const line of lines.values()) line.over.resolve()
      try {
        await drawn
      } finally {
        process.off('exit', abandon)
      }
    },
  }
}

function taskOf(node: TaskNode, lines: Map<string, Line>): Task {
  const line: Line = { over: Promise.withResolvers() }
  lines.set(node.key, line)
  const children = node.children?.map((child) => taskOf(child, lines))
  return {
    task(_, wrapper) {
      line.wrapper = wrapper
      apply(line)
      // A task without a title is not drawn; a line appears with its first text.
      return children === undefined
        ? line.over.promise
        : wrapper.newListr(children, { concurrent: true })
    },
  }
}

/** Hands a line's texts on to listr2, once listr2 has taken it up. */
function apply({ wrapper, text, last, over }: Line): void {
  if (wrapper === undefined) return
  if (last !== undefined) {
    // Set beside listr2's setter, which would draw the final text with a spinner once.
    wrapper.task.title = last
    wrapper.skip()
    over.resolve()
  } else if (text !== undefined) {
    wrapper.title = text
  }
}

function rendererOptions(
  processOutput: ProcessOutput,
  color: boolean,
): Partial<typeof DefaultRenderer.rendererOptions> {
  const paint = painter(color)
  return {
    logger: new ListrLogger({ useIcons: true, processOutput }),
    formatOutput: 'wrap',
    collapseSkips: true,
    suffixSkips: false,
    // Final texts bring their own marks.
    icon: { SKIPPED_WITH_COLLAPSE: '', PENDING: '❯' },
    color: {
      PENDING: (text) => paint('cyan', text ?? ''),
      SKIPPED_WITH_COLLAPSE: (text) => text ?? '',
    },
  }
}
