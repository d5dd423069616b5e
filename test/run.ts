import { spawnSync } from 'node:child_process'
import { existsSync, globSync, writeFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { run } from 'node:test'
import { spec, type TestEvent } from 'node:test/reporters'
import { layoutOf } from '../lib/lab/layout.ts'
import { inventoryAt, POOL, whereFree } from './e2e/pool.ts'
import { asOne } from './report.ts'

/**
 * `node test/run.ts TIER...` runs tiers of tests one after the other and reports them as one run; the
 * scripts of package.json name them. A file alone is run with `node --test FILE`.
 */
const TIERS: Readonly<
  Record<string, { readonly files: readonly string[]; readonly atOnce: number }>
> = {
  /** Needs nothing: neither root nor other programs. */
  unit: { files: ['test/unit/*.test.ts'], atOnce: 2 },
  /** Starts programs of the system, etcd and an API server on loopback; some with root. */
  host: { files: ['test/**/*.real.test.ts'], atOnce: 2 },
  /** On labs from a pool. These mostly wait for the labs; the files that take longest begin first. */
  lab: {
    files: [
      'test/e2e/{prove,faults,full-disk,editions,prove-*}.test.ts',
      'test/{volume/*,e2e/!(replay)}.test.ts',
    ],
    atOnce: POOL.length,
  },
  /** A first reader's story, on a machine on which no other lab comes and goes. */
  alone: { files: ['test/e2e/replay.test.ts'], atOnce: 1 },
  /** What the others do a few times, many times. */
  faults: {
    files: [
      'test/{volume/*,e2e/{interrupt,full-disk},*/{cluster,restore}.real,dns/message,inventory/fuzz}.test.ts',
    ],
    atOnce: 2,
  },
  /** Each exercise, with wrong cures and the right one. */
  exercises: { files: ['test/figures/exercises.ts'], atOnce: 1 },
  /** Kubernetes' own specs for DNS, on a lab of each edition. */
  conformance: { files: ['test/conformance/conformance.ts'], atOnce: 1 },
  /** How soon the right cause is named: the times hold for a machine with nothing else to do. */
  causes: { files: ['test/{figures/{causes,editions},e2e/lab-faults.test}.ts'], atOnce: 1 },
}

async function* eventsOf(tiers: readonly string[]): AsyncGenerator<TestEvent> {
  for (const tier of tiers) {
    const found = TIERS[tier]
    if (found === undefined) throw new Error(`no tier ${tier}: ${Object.keys(TIERS).join(', ')}`)
    // Each glob after the other, so that their order is that of the files; each file once.
    const files = [...new Set(found.files.flatMap((glob) => globSync(glob).sort()))]
    yield* run({ files, concurrency: found.atOnce }) as AsyncIterable<TestEvent>
    await poolDown()
  }
}

/** Takes down what test files have left up for each other; not what another run is at work on. */
async function poolDown(): Promise<void> {
  for (const place of POOL.filter(({ name }) => existsSync(layoutOf(name).folder))) {
    await whereFree(place, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'hardway-pool-'))
      const file = join(folder, 'inventory.yaml')
      await writeFile(file, inventoryAt(place, { size: '3+3' }))
      const down = ['run.ts', 'lab', 'down', '--inventory', file]
      const { status } = spawnSync(process.execPath, down, {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      if (status !== 0) process.exitCode = 1
      await rm(folder, { recursive: true })
    })
  }
}

const INSTANCES = '/proc/sys/fs/inotify/max_user_instances'

/** Linux's default is enough for one lab; a test run has several up at once. Put back at the end. */
async function withInotifyForAll(): Promise<void> {
  const was = Number(await readFile(INSTANCES, 'utf8').catch(() => '0'))
  if (was === 0 || was >= 1024 || process.getuid?.() !== 0) return
  await writeFile(INSTANCES, '1024')
  process.on('exit', () => {
    writeFileSync(INSTANCES, String(was))
  })
}

await withInotifyForAll()
// What the tests and the programs they start compile is the same every time.
process.env['NODE_COMPILE_CACHE'] ??= resolve('node_modules/.cache/node-compile')
process.env['HARDWAY_KEEP_LABS'] = '1'
// What is tested is what an English reader gets, whatever the locale of whoever runs the tests.
process.env['LC_ALL'] = 'C.UTF-8'
Readable.from(asOne(eventsOf(process.argv.slice(2))))
  .pipe(new spec())
  .pipe(process.stdout)
