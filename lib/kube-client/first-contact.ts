/**
 * Of several servers nobody knows at first which one answers. One request finds out, and the others wait for it:
 * else each would meet a dead server by itself, and those that queue for a connection even later. Where a
 * whole round has found none, nobody waits for anybody.
 */
export function firstContact(servers: number, current: () => string) {
  let answering: string | undefined
  let finding: Promise<undefined> | undefined
  const round = servers > 1 ? servers : 0
  let tries = round
  return {
    answered(server: string): void {
      answering = server
      tries = round
    },
    /** Asks when the server is known to answer, or as the one that finds out. A `bystander` never is that one. */
    async ask<T>(bystander: boolean, ask: () => Promise<T>): Promise<T> {
      while (answering !== current() && finding !== undefined) await finding
      if (bystander || answering === current() || tries === 0) return ask()
      tries -= 1
      const found = Promise.withResolvers<undefined>()
      finding = found.promise
      try {
        return await ask()
      } finally {
        finding = undefined
        found.resolve(undefined)
      }
    },
  }
}
