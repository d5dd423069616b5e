// A run over things that are files, with the real journal and the real lock, for tests that kill
// processes. As a program: argv FOLDER, and the point (from 1) at which it kills itself.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from '../../lib/engine/command.ts'
import { journalFile } from '../../lib/state/journal-file.ts'
import { fileLock } from '../../lib/state/lock.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import type { JournalStore, Result } from '../../lib/engine/setup.ts'
import { fakeClock, fakeSetup, portsOf } from './engine.ts'
import { fakeStep } from './engine-step.ts'
import { type FakeHost, type Mortal, type Thing, World, immortal } from './engine-world.ts'

const CHAPTER = [
  fakeStep({ id: 'a', wants: { a: '1' } }),
  fakeStep({ id: 'b', wants: { 'b-1': 'new', 'b-2': 'new' }, via: 'half' }),
]

/** The things in a folder, as files. */
export function diskHost(folder: string, process: Mortal = immortal): FakeHost {
  const things = join(folder, 'things')
  mkdirSync(things, { recursive: true })
  return {
    get(key) {
      try {
        return JSON.parse(readFileSync(join(things, key), 'utf8')) as Thing
      } catch {
        return undefined
      }
    },
    async put(key, value) {
      await process.point(`before put ${key}`)
      const thing = { value, uid: 1, by: 'hardway' }
      writeFileSync(join(things, key), JSON.stringify(thing))
      await process.point(`after put ${key}`)
      return thing
    },
    async remove(key) {
      await process.point(`before remove ${key}`)
      rmSync(join(things, key), { force: true })
      await process.point(`after remove ${key}`)
    },
  }
}

/** Carries out a command on that folder. */
export function diskRun(
  folder: string,
  command: Command,
  process: Mortal = immortal,
): Promise<Result> {
  const clock = fakeClock()
  return runPlan(
    fakeSetup({
      world: new World(),
      chapter: CHAPTER,
      command,
      lock: fileLock(join(folder, 'state', 'lock'), clock),
      list: {
        ports: portsOf(diskHost(folder, process), clock),
        journal: withPoints(journalFile(join(folder, 'state', 'journal')), process),
      },
    }),
  )
}

function withPoints(journal: JournalStore, process: Mortal): JournalStore {
  return {
    ...journal,
    async write(offset, bytes) {
      await process.point('before journal')
      await journal.write(offset, bytes)
      await process.point('after journal')
    },
  }
}

if (import.meta.main) {
  const [folder = '', at = ''] = process.argv.slice(2)
  let passed = 0
  await diskRun(
    folder,
    { mode: 'run' },
    {
      async point() {
        passed += 1
        if (passed === Number(at)) process.kill(process.pid, 'SIGKILL')
        await Promise.resolve()
      },
    },
  )
  process.stdout.write(String(passed))
}
