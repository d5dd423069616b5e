import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** In Linux's abstract namespace: it goes with the process, however that ends. */
const NAME = '\0hardway-e2e'

/** Waits until no other test process on this machine works with the tests' lab; there is only one. */
export async function alone(): Promise<void> {
  for (let told = false; ; told = true) {
    const server = createServer()
    const taken = await Promise.race([
      once(server.listen(NAME), 'listening').then(() => false),
      once(server, 'error').then(() => true),
    ])
    if (!taken) {
      server.unref()
      return
    }
    if (!told) process.stderr.write('  … another end-to-end test has the lab; waiting for it\n')
    await sleep(500)
  }
}
