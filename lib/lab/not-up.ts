import type { Explanation } from '../core/errors.ts'

/** Of a lab that is needed and was never built, or was taken down. */
export function labNotUp(name: string): Explanation {
  return { problem: `the lab ${name} is not up`, remedy: 'npx tsx run.ts lab up' }
}
