import type { NameCheck } from '../core/look-data.ts'
import type { Cell } from './matrix-report.ts'

/** What is known of a part of the way: from what was measured, never guessed. */
export type Known = 'good' | 'bad' | 'unknown'

/** All have to be good. */
export function knownOf(cells: readonly Cell[]): Known {
  if (cells.some(({ state }) => state === 'bad')) return 'bad'
  return cells.length > 0 && cells.every(({ state }) => state === 'good') ? 'good' : 'unknown'
}

/** Whoever has asked is there. */
export function askedOf(cells: readonly Cell[]): Known {
  return cells.some(({ state }) => state !== 'unknown') ? 'good' : 'unknown'
}

/** Whoever answers anybody is up. */
export function upOf(cells: readonly Cell[]): Known {
  return cells.some(({ state }) => state === 'good') ? 'good' : knownOf(cells)
}

/** What got an answer came through; what got none tells of the Service only where all ways behind it are good. */
export function throughService(cells: readonly Cell[], ways: readonly Known[]): Known {
  if (cells.length === 0 || cells.some(({ state }) => state === 'unknown')) return 'unknown'
  if (cells.every(({ state }) => state === 'good')) return 'good'
  if (ways.length > 0 && ways.every((way) => way === 'good')) return 'bad'
  return cells.some(({ answered }) => answered > 0) ? 'good' : 'unknown'
}

/** The same of names. */
export function checksKnown(checks: readonly NameCheck[]): Known {
  if (checks.length === 0) return 'unknown'
  return checks.every(({ ok }) => ok) ? 'good' : 'bad'
}
