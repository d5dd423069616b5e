import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { isExplained, InputError } from '../core/errors.ts'
import { hostsOf, type Inventory } from '../inventory/inventory.ts'
import type { Step } from '../ports/step.ts'
import type { Say } from '../words/say.ts'
import { wrap } from '../view/layout.ts'
import type { CommonOptions } from '../command-line/request.ts'

/** Where a person reads along, and what is done with their answers. */
export interface ReadingAlong {
  readonly input: Readable
  readonly output: Writable
  readonly columns: () => number
  /** Prints a text for people. */
  readonly show: (text: string) => Promise<void>
  /** The reader's language. */
  readonly say: Say
  /** Aborts when the run is to stop, also while nobody answers. */
  readonly signal: AbortSignal
  /** What the step does and why. */
  readonly lesson: (step: Step) => string
  /** All that `explain` says of it. */
  readonly more: (step: Step) => string
  /** Where a shell can be opened; none on a cluster of the user's own. */
  readonly hosts: readonly string[]
  readonly shell: (host: string) => Promise<unknown>
  /** Ends the run before this step. */
  readonly quit: (step: Step) => void
}

/** Shows each step before its turn: its command and its lesson, then waits for Enter. */
export function stepByStep(along: ReadingAlong): (step: Step) => Promise<void> {
  const { show, say } = along
  const isStopping = (): boolean => along.signal.aborted
  return async (step) => {
    if (isStopping()) return
    const lesson = wrap(say(along.lesson(step)), along.columns()).join('\n')
    await show(`\n${say(step.title)}\n  $ ${step.chapter.command}\n\n${lesson}`)
    for (;;) {
      const [word = '', host] = (await answer(along)).trim().split(/\s+/)
      if (word === '' || isStopping()) return
      if (word === 'q') {
        along.quit(step)
        return
      }
      if (word === 'e') await show(`\n${along.more(step)}`)
      else if (word === 's') await openShell(along, host)
      else await show(say(`${JSON.stringify(word)} is none of them`))
    }
  }
}

async function openShell({ hosts, shell, show, say }: ReadingAlong, host = ''): Promise<void> {
  if (hosts.length === 0) {
    await show(say('only a lab has shells, and the inventory names a cluster of yours'))
    return
  }
  if (!hosts.includes(host)) {
    await show(say(`a shell where? ${hosts.map((one) => `s ${one}`).join(', ')}`))
    return
  }
  try {
    await shell(host)
  } catch (error) {
    // Before the steps that make the hosts there is none yet.
    if (!isExplained(error)) throw error
    await show(say(error.explanation.problem))
  }
}

/** What is typed; `q` where the input has ended, or Ctrl-C was pressed, which a prompt gets as a key. */
async function answer({ input, output, signal, hosts, say }: ReadingAlong): Promise<string> {
  const shells = hosts.length === 0 ? [] : ['s HOST a shell there']
  const keys = ['Enter go on', 'e explain more', ...shells, 'q stop'].map(say).join(say(', '))
  const lines = createInterface({ input, output })
  try {
    return await new Promise((done) => {
      lines.once('close', () => {
        done('q')
      })
      lines.question(`\n[${keys}] `, { signal }).then(done, () => {
        done('')
      })
    })
  } finally {
    lines.close()
  }
}

/** What of a run has to be known to read along. */
export type Along = {
  readonly common: CommonOptions
  readonly inventory: Inventory
  readonly signal: AbortSignal
  readonly stop: (problem: string) => void
}

/** Reading along at this process's terminal. @throws InputError where there is none */
export async function readAlong({ common, inventory, signal, stop }: Along) {
  const { stdin: input, stdout: output } = process
  if (!input.isTTY || !output.isTTY || common.json) {
    throw new InputError({
      problem: '--step-by-step waits for Enter at a terminal, and this is none',
      remedy: 'leave it out, or run it at a terminal without --json',
    })
  }
  const [{ columnsOf, print, sayFor }, { labShell }, { pageOf }, { programFor }, { LESSONS }] =
    await Promise.all([
      import('./print.ts'),
      import('./lab-shell.ts'),
      import('./explain.ts'),
      import('./run-hints.ts'),
      import('../../steps/lessons.ts'),
    ])
  const say = await sayFor(common)
  const program = programFor(common)
  return stepByStep({
    ...{ input, output, show: print, say, signal, columns: () => columnsOf(output) },
    lesson: ({ id }) => LESSONS[id] ?? '',
    more: (step) => pageOf(step, { program, say }),
    hosts: inventory.target.kind === 'lab' ? hostsOf(inventory.lab).map(({ name }) => name) : [],
    shell: (host) => labShell({ command: 'lab-shell', host, argv: [] }, common),
    quit: ({ id }) => {
      stop(`stopped before ${id}, as asked`)
    },
  })
}
