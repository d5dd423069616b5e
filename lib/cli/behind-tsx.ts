import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Whether tsx started this process and Node could have done so by itself. tsx kills a program that has
 * not answered a Ctrl-C within 60 ms, which is soon on a machine on which a cluster is being built.
 */
export function isBehindTsx(execArgv: readonly string[]): boolean {
  const loads = execArgv.some((flag) => /[\\/]tsx[\\/]dist[\\/]/.test(flag))
  return loads && process.features.typescript !== false
}

/**
 * Starts this very command line once more without tsx, and waits for its end; resolves with its exit code.
 * This process has nothing else to do, so it answers tsx at once, and the program stops in its own time.
 */
export async function withoutTsx([node = '', ...args]: readonly string[]): Promise<number> {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...args], {
    stdio: 'inherit',
  })
  // Who was told alone passes it on; that of a terminal has reached the program already, and counts once.
  for (const name of SIGNALS) process.on(name, () => child.kill(name))
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return code ?? 128 + constants.signals[signal ?? 'SIGKILL']
}
