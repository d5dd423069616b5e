import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** In Linux's abstract namespace: it goes with the process, however that ends. */
const NAME = '\0hardway-e2e'

/** Waits until no other test process on this machine works with the tests' lab; there is only one. */
export async function alone(): Promise<void> {
  for (let told = false; !(await taken()); told = true) {
    if (!told) process.stderr.write('  … another end-to-end test has the lab; waiting for it\n')
    await sleep(500)
  }
}

/** True where the name is ours from now on. */
async function taken(): Promise<boolean> {
  const server = createServer()
  try {
    // once() rejects with what an error event brings.
    const listening = once(server, 'listening')
    server.listen(NAME)
    await listening
    server.unref()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false
    throw error
  }
}
