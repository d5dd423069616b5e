import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { STARTED } from '../cli/started-at.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The Node that is installed with this program, whatever the machine's own. */
const INSTALLED = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))

/**
 * The Node that could run this process without tsx, where tsx has started it; undefined where it has not,
 * or where no Node here reads TypeScript by itself. tsx kills a program that has not answered a Ctrl-C
 * within 60 ms, which is soon on a machine on which a cluster is being built.
 */
export function nodeBehindTsx(
  { execArgv, execPath, features }: Pick<NodeJS.Process, 'execArgv' | 'execPath' | 'features'>,
  installed = INSTALLED,
): string | undefined {
  if (!execArgv.some((flag) => /[\\/]tsx[\\/]dist[\\/]/.test(flag))) return undefined
  // Node 20 does not even know this feature.
  if (typeof features.typescript === 'string') return execPath
  return existsSync(installed) ? installed : undefined
}

/**
 * Starts this very command line once more without tsx, and waits for its end; resolves with its exit code.
 * This process has nothing else to do, so it answers tsx at once, and the program stops in its own time.
 */
export async function withoutTsx(node: string, args: readonly string[]): Promise<number> {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...args], {
    stdio: 'inherit',
    env: { ...process.env, [STARTED]: `${process.pid} ${performance.timeOrigin}` },
  })
  // Who was told alone passes it on; that of a terminal has reached the program already, and counts once.
  for (const name of SIGNALS) process.on(name, () => child.kill(name))
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return code ?? 128 + constants.signals[signal ?? 'SIGKILL']
}
