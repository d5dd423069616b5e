/** A source of whole numbers below a limit, the same again for the same seed (`SEED=... node`). */
export function random(): { readonly seed: number; readonly pick: (limit: number) => number } {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  let state = seed | 0
  return {
    seed,
    // mulberry32
    pick(limit) {
      state = (state + 0x6d2b79f5) | 0
      let t = Math.imul(state ^ (state >>> 15), 1 | state)
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
      return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit)
    },
  }
}
