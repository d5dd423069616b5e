/** Like Promise.all, but nothing goes on any more once it has rejected: what follows may undo it. */
export async function allEnded<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(work)
  return Promise.all(work)
}
