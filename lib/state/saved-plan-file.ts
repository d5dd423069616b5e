import { constants } from 'node:fs'
import { lstat, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { InputError } from '../core/errors.ts'
import { parsePlan, type PlanStore, type SavedPlan } from '../engine/saved-plan.ts'
import { mustBeTrusted } from '../trust/trusted-path.ts'
import { errnoOf, openPlain, stateTrouble, syncFolder } from './state-folder.ts'

/** More than any plan comes to; a larger file is not one. */
const LIMIT = 64 * 1024 * 1024

/** A plan in a new file of mode 0600. */
export function planFile(path: string): PlanStore {
  return {
    where: path,
    async mustBeFree() {
      const there = await lstat(path).catch(absent(path))
      if (there !== null) throw taken(path)
      const folder = await stat(dirname(resolve(path))).catch(absent(path))
      if (folder?.isDirectory() !== true) throw noFolder(path)
    },
    async write(text) {
      const handle = await create(path)
      try {
        await handle.writeFile(text)
        await handle.sync()
        await syncFolder(dirname(resolve(path)))
      } catch (error) {
        // Half a plan is none.
        await unlink(path).catch(() => undefined)
        throw stateTrouble('written', path, error)
      } finally {
        await handle.close()
      }
    },
  }
}

/** Reads a saved plan; a symlink is not followed. @throws InputError */
export async function readPlanFile(path: string): Promise<SavedPlan> {
  await mustBeTrusted(
    path,
    (home) =>
      `read it; if it is what you want, take a copy: install -m 600 ${path} ${home}/, then --plan ${join(home, basename(path))}`,
  )
  const handle = await openPlain(path, constants.O_RDONLY)
  if (handle === null) {
    throw new InputError({
      problem: `there is no plan ${path}`,
      remedy: `make one: npx tsx run.ts --dry-run --save ${path}`,
    })
  }
  try {
    const { size } = await handle.stat()
    if (size <= LIMIT) return parsePlan(await handle.readFile('utf8'), path)
  } catch (error) {
    throw stateTrouble('read', path, error)
  } finally {
    await handle.close()
  }
  throw new InputError({
    problem: `${path} is larger than ${LIMIT} bytes, which no plan is`,
    remedy: `look at what it is: head -c 300 ${path}`,
  })
}

/** O_EXCL follows no symlink either: whatever has the name already is left alone. */
async function create(path: string) {
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
    const handle = await openPlain(path, flags)
    if (handle === null) throw noFolder(path)
    return handle
  } catch (error) {
    if (error instanceof InputError && errnoOf(error.cause) === 'EEXIST') throw taken(path)
    throw error
  }
}

function absent(path: string): (error: unknown) => null {
  return (error) => {
    if (errnoOf(error) === 'ENOENT') return null
    throw stateTrouble('used', path, error)
  }
}

function taken(path: string): InputError {
  return new InputError({
    problem: `${path} is there already, and a plan is never written over another file`,
    remedy: 'give --save another name, or move that file away',
  })
}

function noFolder(path: string): InputError {
  return new InputError({
    problem: `the folder of ${path} is not there`,
    remedy: `mkdir -p ${dirname(path)}, or give --save another place`,
  })
}
