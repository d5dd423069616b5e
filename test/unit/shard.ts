import { globSync } from 'node:fs'
import { describe } from 'node:test'
import { pathToFileURL } from 'node:url'

/** Processes that share the unit tests: more than processors, so that none of these is idle for long. */
const SHARDS = 4

/** What has a process of its own: it starts programs, or needs root, an API server or a lab. */
const OWN_PROCESS = ['test/unit/**', 'test/e2e/**', 'test/volume/**', '**/*.real.test.ts']

/**
 * Declares this shard's part of the unit tests. A process a file takes three times as long: each has
 * to start and to load the program. Each file is a suite, so that its hooks stay within it.
 */
export function shard(number: number): void {
  const files = globSync('test/**/*.test.ts', { exclude: OWN_PROCESS }).toSorted()
  let loaded: Promise<unknown> = Promise.resolve()
  for (const file of files.filter((_, i) => i % SHARDS === number - 1)) {
    // One after the other: of two that wait for the same import, one would be taken for the other.
    // One that cannot be loaded fails by itself, and not those after it.
    describe(file, () => {
      const load = () => import(pathToFileURL(file).href)
      return (loaded = loaded.then(load, load))
    })
  }
}
