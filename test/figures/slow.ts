import { setTimeout as sleep } from 'node:timers/promises'

const STOPPED_MS = 700
const RUNNING_MS = 300

/** Does `work` while the processes get less than a third of the time: slow, and healthy all the same. */
export async function slowed<T>(pids: readonly number[], work: () => Promise<T>): Promise<T> {
  const over = new AbortController()
  const slowing = stopAndGo(pids, over.signal)
  try {
    return await work()
  } finally {
    over.abort()
    await slowing
  }
}

async function stopAndGo(pids: readonly number[], over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    send(pids, 'SIGSTOP')
    await pause(STOPPED_MS, over)
    send(pids, 'SIGCONT')
    await pause(RUNNING_MS, over)
  }
}

function send(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) process.kill(pid, signal)
}

async function pause(ms: number, over: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: over }).catch(() => undefined)
}
