import { z } from 'zod'
import type { KubeObject } from '../ports/cluster.ts'
import type { Level } from './draw.ts'

/** An exercise that is on, as it lies in the lab's folder. */
export type Exercise = {
  readonly v: 1
  readonly level: Level
  readonly seed: number
  /** ISO 8601. */
  readonly since: string
  /** The ids of what was put on: one fault, two at level 3. */
  readonly faults: readonly string[]
  /** How many rungs of the ladder were told. */
  readonly hints: number
  /** What is declared in the cluster, as it was before (`declared`). */
  readonly before: readonly KubeObject[]
}

/** What every run says meanwhile, instead of what is wrong. */
export const EXERCISE_IS_ON = 'An exercise is on: lab hint, lab check, or lab mend to give it up.'

const schema = z.object({
  v: z.literal(1),
  level: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  seed: z.number(),
  since: z.string(),
  faults: z.array(z.string()).min(1),
  hints: z.number().int().min(0),
  before: z.array(z.custom<KubeObject>()),
})

/** Undefined where the text is not an exercise of this version. */
export function parseExercise(text: string): Exercise | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
