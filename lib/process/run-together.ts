import { quoted } from '../core/shell.ts'
import { type Ran, run } from './command.ts'

type Asked = {
  readonly argv: readonly string[]
  readonly answered: PromiseWithResolvers<Ran>
}

let asked: Asked[] = []

/**
 * Runs a command that takes a few milliseconds and only looks. All that are asked for in the same turn of the event
 * loop run one after the other in one shell, since to start a child takes this process longer than they take. What
 * they say on standard error is left out. Rejects where a program is not there.
 */
export function runTogether(argv: readonly string[]): Promise<Ran> {
  const answered = Promise.withResolvers<Ran>()
  asked.push({ argv, answered })
  if (asked.length === 1) setImmediate(() => void runAll())
  return answered.promise
}

async function runAll(): Promise<void> {
  const all = asked
  asked = []
  // None of what they print has a record separator in it.
  const lines = all.map(
    ({ argv }) => `${argv.map(quoted).join(' ')} 2>/dev/null; printf '\\036%s\\036' $?`,
  )
  try {
    const { stdout } = await run(['sh', '-c', lines.join('\n')])
    const parts = stdout.split('\x1E')
    all.forEach(({ argv, answered }, i) => {
      const code = Number(parts[2 * i + 1] ?? NO_PROGRAM)
      if (code === NO_PROGRAM) answered.reject(new Error(`${argv.join(' ')}: no such program`))
      else answered.resolve({ code, stdout: parts[2 * i] ?? '', stderr: '' })
    })
  } catch (error) {
    for (const { answered } of all) answered.reject(error)
  }
}

/** What a shell, and nsenter, ends with where it cannot find the program. */
const NO_PROGRAM = 127
