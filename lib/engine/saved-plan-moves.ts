import { type Change, type Changes, isWriting } from '../core/change.ts'
import { defined } from '../core/defined.ts'
import type { Fingerprint, Move } from '../core/fingerprint.ts'
import { isObject, type Json, sameJson } from '../core/json.ts'
import type { Check, Step } from '../ports/step.ts'
import type { SavedCheck } from './saved-plan.ts'

/** What is not as a saved plan found it, a line each, waiting aside. `seal` masks secrets, as in the plan. */
export function movesOf(
  step: Step,
  then: SavedCheck,
  check: Check,
  seal: <T>(value: T) => T,
): readonly string[] {
  const blocked =
    check.status === 'drifted' && check.blocked !== undefined ? [check.blocked.problem] : []
  return [
    ...movedEvidence(step, seal(evidenceIn(then)), seal(evidenceIn(check))),
    ...otherWrites(then, seal(writesIn(check))),
    ...seal(blocked),
  ]
}

/** What a step that has begun would write beyond its plan, a line each. Its own writes have moved its evidence. */
export function movesBeyond(
  then: SavedCheck,
  check: Check,
  seal: <T>(value: T) => T,
): readonly string[] {
  const fresh = freshWrites(then, seal(writesIn(check)))
  return fresh.length === 0 ? [] : [`now to ${someOf(fresh)}`]
}

function evidenceIn(check: Check | SavedCheck): readonly Fingerprint[] {
  return check.status === 'unknown' ? [] : (check.evidence ?? [])
}

/** What the step would write. What comes of it is not compared: without a server it was told without defaults. */
function writesIn(check: Check | SavedCheck): Changes {
  if (check.status !== 'drifted') return []
  return check.changes.filter(isWriting).map(({ after: _, ...change }) => change)
}

/** More of one step nobody reads; all of it is in the plan and in the cluster. */
const MOST_LINES = 20

function movedEvidence(
  step: Step,
  then: readonly Fingerprint[],
  now: readonly Fingerprint[],
): readonly string[] {
  const lines = then.flatMap((before) => {
    const after = now.find(({ what }) => what === before.what)
    if (after === undefined || !hasMoved(before, after)) return []
    const moves = step.explainMove?.(before, after) ?? jsonMoves(before, after)
    if (moves.length === 0) return [`${before.what}: has changed, in a part that is not shown`]
    return moves.map((move) => moveLine(before.what, move))
  })
  const more = lines.length - MOST_LINES
  return more > 0 ? [...lines.slice(0, MOST_LINES), `and ${more} more`] : lines
}

function hasMoved(then: Fingerprint, now: Fingerprint): boolean {
  if (then.asWanted === true && now.asWanted === true) return false
  return then.digest !== now.digest
}

/** What it would not write any more, and what it would write now. */
function otherWrites(then: SavedCheck, now: Changes): readonly string[] {
  const planned = writesIn(then)
  const gone = planned.filter((change) => !isAmong(now, change))
  const fresh = freshWrites(then, now)
  const unseen = then.status === 'unknown' ? `, which was to be known after ${then.after}` : ''
  return [
    ...(gone.length === 0 ? [] : [`no longer to ${someOf(gone)}`]),
    ...(fresh.length === 0 ? [] : [`now to ${someOf(fresh)}${unseen}`]),
  ]
}

function freshWrites(then: SavedCheck, now: Changes): Changes {
  const planned = writesIn(then)
  return now.filter((change) => !isAmong(planned, change))
}

function isAmong(changes: Changes, one: Change): boolean {
  return changes.some((other) => sameJson(other, one))
}

const MOST = 3

function someOf(changes: Changes): string {
  const texts = changes.slice(0, MOST).map(changeText)
  const more = changes.length - MOST
  return [...texts, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

function changeText({ action, what, fields = [], note }: Change): string {
  const inside = [...fields.map(({ path }) => path), ...(note === undefined ? [] : [note])]
  return `${action} ${what}${inside.length === 0 ? '' : ` (${inside.join(', ')})`}`
}

/** Field by field, for things of which nobody keeps who wrote them. */
function jsonMoves({ found: then }: Fingerprint, { found: now }: Fingerprint): readonly Move[] {
  if (!isObject(then) || !isObject(now)) {
    return (then === null) === (now === null) ? [] : [{ path: '', then, now }]
  }
  const keys = [...new Set([...Object.keys(then), ...Object.keys(now)])]
  return keys
    .filter((key) => !sameJson(then[key], now[key]))
    .map((key) => defined({ path: `.${key}`, then: then[key], now: now[key] }))
}

function moveLine(what: string, { path, then, now, by, at }: Move): string {
  const [was, is] = path === '' ? [presence(then), presence(now)] : shown(then, now)
  const writer = by === undefined ? '' : `; written by ${by}`
  const when = at === undefined ? '' : `${writer === '' ? '; written' : ''} at ${at}`
  return `${what}${path === '' ? '' : ` ${path}`}: was ${was}, is ${is}${writer}${when}`
}

/** A thing as a whole. */
function presence(value: Json | undefined): string {
  return value === undefined || value === null ? 'not there' : 'there'
}

/** Of two texts of many lines the first one that differs. */
function shown(then: Json | undefined, now: Json | undefined): readonly [string, string] {
  if (typeof then !== 'string' || typeof now !== 'string') return [short(then), short(now)]
  const [before, after] = [then.split('\n'), now.split('\n')]
  if (before.length === 1 && after.length === 1) return [short(then), short(now)]
  const first = before.findIndex((line, i) => line !== after[i])
  const i = first < 0 ? before.length : first
  const line = `line ${i + 1} `
  return [line + short(before[i]), short(after[i])]
}

const LONGEST = 120

function short(value: Json | undefined): string {
  if (value === undefined || value === null) return 'not there'
  const text = JSON.stringify(value)
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
}
