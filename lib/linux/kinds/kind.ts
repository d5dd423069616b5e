import type { Json } from '../../core/json.ts'
import type { Change } from '../../core/change.ts'

/** What a kind of resource knows: its name, what it wants, how to look, make and give back. */
export interface Kind<R> {
  /** For people and plans: `route 10.200.1.0/24 in k8sworker0`. */
  name(resource: R): string
  /** What `look` answers when the resource is as it should be. */
  wanted(resource: R): Json
  /** One answer a resource, null when absent. Reads only. */
  look(resources: readonly R[]): Promise<readonly Json[]>
  put(resource: R, progress: (text: string) => void): Promise<void>
  /** Neighbours of this kind do not depend on each other and are put or given back together. */
  readonly together?: true
  /** Gives back what `look` had answered; null removes. Safe to repeat. */
  restore(resource: R, before: Json): Promise<void>
  /** Makes it absent where that is not the same as to undo it for good: what it leaves stays. */
  takeAway?(resource: R): Promise<void>
  /** Where being as wanted is not plain equality with `wanted`. */
  isWanted?(resource: R, now: Json): boolean
  /** What is to be there again comes after all others: it reads what they give back. */
  readonly restoredLast?: true
  /** What `restore` did, where the general words do not fit; null where nothing is to be said. */
  undone?(resource: R, before: Json): string | null
  /** How to say what `put` would do, where the general words do not fit. */
  change?(resource: R, before: Json): Change
}

/** Looks one by one, for kinds where nothing is gained by asking together. */
export function oneByOne<R>(
  look: (resource: R) => Promise<Json>,
): (resources: readonly R[]) => Promise<readonly Json[]> {
  return (resources) => Promise.all(resources.map(look))
}

/** Asks once for each group of resources that share a key, and puts the answers back in order. */
export async function inGroups<R>(
  resources: readonly R[],
  keyOf: (resource: R) => string,
  look: (group: readonly R[], key: string) => Promise<readonly Json[]>,
): Promise<readonly Json[]> {
  const answers = new Map<R, Json>()
  const lookAt = async ([key, group]: readonly [string, readonly R[]]): Promise<void> => {
    const found = await look(group, key)
    group.forEach((resource, i) => answers.set(resource, found[i] ?? null))
  }
  await Promise.all([...Map.groupBy(resources, keyOf)].map(lookAt))
  return resources.map((resource) => answers.get(resource) ?? null)
}

/** The list that `ip -json` printed. */
export function entriesIn(text: string): readonly Json[] {
  const value = JSON.parse(text) as Json
  return Array.isArray(value) ? (value as readonly Json[]) : []
}
