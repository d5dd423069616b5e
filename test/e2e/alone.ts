import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until no other test process on this machine works with that lab; there is only one of a name. */
export async function alone(lab: string): Promise<void> {
  for (let told = false; !(await taken(lab)); told = true) {
    if (!told)
      process.stderr.write(`  … another end-to-end test has the lab ${lab}; waiting for it\n`)
    await sleep(500)
  }
}

/** True where the name is ours from now on. */
async function taken(lab: string): Promise<boolean> {
  const server = createServer()
  try {
    // once() rejects with what an error event brings.
    const listening = once(server, 'listening')
    // In Linux's abstract namespace: it goes with the process, however that ends.
    server.listen(`\0hardway-${lab}`)
    await listening
    server.unref()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false
    throw error
  }
}
