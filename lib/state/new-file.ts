import { lstat, stat, unlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { InputError, systemCode } from '../core/errors.ts'
import type { PlanStore } from '../engine/saved-plan.ts'
import { NEW_FILE, openPlain, stateTrouble, syncFolder } from './state-folder.ts'

/** What it is: `a plan`, and the option that names it: `--save`. */
type Purpose = {
  readonly what: string
  readonly option: string
}

/** A file of mode 0600 that the user asks for, and that is not there yet. */
export function newFile(path: string, purpose: Purpose): PlanStore {
  return {
    where: path,
    async mustBeFree() {
      const there = await lstat(path).catch(absent(path))
      if (there !== null) throw taken(path, purpose)
      const folder = await stat(dirname(resolve(path))).catch(absent(path))
      if (folder?.isDirectory() !== true) throw noFolder(path, purpose)
    },
    async write(text) {
      const handle = await create(path, purpose)
      try {
        await handle.writeFile(text)
        await handle.sync()
        await syncFolder(dirname(resolve(path)))
      } catch (error) {
        // Half of it is worth nothing.
        await unlink(path).catch(() => undefined)
        throw stateTrouble('written', path, error)
      } finally {
        await handle.close()
      }
    },
  }
}

async function create(path: string, purpose: Purpose) {
  try {
    const handle = await openPlain(path, NEW_FILE)
    if (handle === null) throw noFolder(path, purpose)
    return handle
  } catch (error) {
    if (error instanceof InputError && systemCode(error.cause) === 'EEXIST')
      throw taken(path, purpose)
    throw error
  }
}

function absent(path: string): (error: unknown) => null {
  return (error) => {
    if (systemCode(error) === 'ENOENT') return null
    throw stateTrouble('used', path, error)
  }
}

function taken(path: string, { what, option }: Purpose): InputError {
  return new InputError({
    problem: `${path} exists already, and ${what} never overwrites another file`,
    remedy: `give ${option} another name, or move that file away`,
  })
}

function noFolder(path: string, { option }: Purpose): InputError {
  return new InputError({
    problem: `the folder of ${path} is not there`,
    remedy: `mkdir -p ${dirname(path)}, or give ${option} another place`,
  })
}
