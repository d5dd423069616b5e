import { basename, join } from 'node:path'
import { InputError } from '../core/errors.ts'
import { parsePlan, type PlanStore, type SavedPlan } from '../engine/saved-plan.ts'
import { mustBeTrusted } from '../trust/trusted-path.ts'
import { newFile } from './new-file.ts'
import { readPlain } from './state-folder.ts'

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
  const bytes = await readPlain(path, LIMIT, {
    problem: `${path} is larger than ${LIMIT} bytes, which no plan is`,
    remedy: `look at what it is: head -c 300 ${path}`,
  })
  if (bytes !== null) return parsePlan(bytes.toString('utf8'), path)
  throw new InputError({
    problem: `there is no plan ${path}`,
    remedy: `make one: npx tsx run.ts --dry-run --save ${path}`,
  })
}
