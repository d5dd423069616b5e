import { constants } from 'node:fs'
import { basename, join } from 'node:path'
import { InputError } from '../core/errors.ts'
import { parsePlan, type PlanStore, type SavedPlan } from '../engine/saved-plan.ts'
import { mustBeTrusted } from '../trust/trusted-path.ts'
import { newFile } from './new-file.ts'
import { openPlain, stateTrouble } from './state-folder.ts'

/** More than any plan comes to; a larger file is not one. */
const LIMIT = 64 * 1024 * 1024

/** A plan in a new file of mode 0600. */
export function planFile(path: string): PlanStore {
  return newFile(path, { what: 'a plan', option: '--save' })
}

/** Reads a saved plan; a symlink is not followed. @throws InputError */
export async function readPlanFile(path: string): Promise<SavedPlan> {
  await mustBeTrusted(
    path,
    (home) =>
      `read it; if it is what you want, make a copy: install -m 600 ${path} ${home}/, then --plan ${join(home, basename(path))}`,
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
