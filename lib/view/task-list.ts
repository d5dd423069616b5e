import { DefaultRenderer, Listr, ListrLogger, type ListrTask, ProcessOutput, Spinner } from 'listr2'
import type { Task } from '../ports/task-runner.ts'
import type { WritableLike } from './output.ts'

/** A terminal on which the list is drawn. Both streams belong to the list until it has ended. */
export interface Screen {
  readonly out: WritableLike
  readonly err: WritableLike
  /** The list as it stands; `over` where it is drawn for the last time. Must not throw. */
  draw(spinner: string, over: boolean): string
}

/**
 * Runs the tasks with listr2, those of the lab as one task with subtasks. On a screen listr2 draws ten
 * times a second what `draw` returns; without one it is silent. Signals are the caller's, and nothing
 * is used of listr2's retries and rollback.
 */
export async function runList(tasks: readonly Task[], screen?: Screen): Promise<void> {
  // listr2 asks for whole terminal streams, but only writes, and looks at the size.
  const streams = new ProcessOutput(
    screen?.out as NodeJS.WriteStream | undefined,
    screen?.err as NodeJS.WriteStream | undefined,
  )
  const spinner = new Spinner()
  let over = false

  /** What a step has to show is more than a title. */
  class BoardRenderer extends DefaultRenderer {
    /** listr2 would ask whether process.stdout is a terminal; whoever gives a screen has decided that. */
    static override nonTTY = true
    override create(): string {
      return screen?.draw(spinner.fetch(), over) ?? ''
    }
    override end(): void {
      over = true
      super.end()
    }
  }
  const list = new Listr<undefined, typeof BoardRenderer>(listrTasks(tasks), {
    ctx: undefined,
    concurrent: false,
    exitOnError: true,
    registerSignalListeners: false,
    silentRendererCondition: screen === undefined,
    renderer: BoardRenderer,
    rendererOptions: { spinner, logger: new ListrLogger({ processOutput: streams }) },
  })
  // A second Ctrl-C ends the process at once: cursor and held back messages must not be lost.
  const abandon = (): void => {
    if (screen !== undefined) streams.release()
  }
  process.once('exit', abandon)
  try {
    await list.run()
  } finally {
    process.off('exit', abandon)
  }
}

function listrTasks(tasks: readonly Task[]): ListrTask<undefined, typeof DefaultRenderer>[] {
  const all = tasks.map(({ list, title, run }) => ({ list, title, task: run }))
  const lab = all.filter(({ list }) => list === 'lab')
  const others = all.filter(({ list }) => list !== 'lab')
  if (lab.length === 0) return others
  return [{ title: 'Lab', task: (_, wrapper) => wrapper.newListr(lab) }, ...others]
}
