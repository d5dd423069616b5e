import { createHash } from 'node:crypto'
import { type Json, isObject } from './json.ts'

/** One thing that a step's decision rests on, as its check found it. Survives JSON. */
export type Fingerprint = {
  /** By its real name: `configmap/coredns in kube-system`, `file /etc/x`. */
  readonly what: string
  /** Of all that counts about it: while this stays the same, it has not moved. */
  readonly digest: string
  /** What was there, only to explain a move with; null where nothing was. */
  readonly found: Json
  /** It is as the step wants it: while it stays so, nothing else about it counts. */
  readonly asWanted?: true
}

/** One field that is no more as it was. A value is left out where the field was, or is, not there. */
export type Move = {
  /** For objects as server-side apply spells it; empty for the thing as a whole. */
  readonly path: string
  readonly then?: Json
  readonly now?: Json
  /** Who wrote there last, where that can be told. */
  readonly by?: string
  /** When, as whoever keeps the record spells it. */
  readonly at?: string
}

/** Makes a piece of evidence; `counts` is what of it may not change, all of it where left out. */
export function fingerprintOf(
  what: string,
  found: Json,
  {
    counts = found,
    asWanted = false,
  }: { readonly counts?: Json; readonly asWanted?: boolean } = {},
): Fingerprint {
  const digest = createHash('sha256').update(canonical(counts)).digest('hex')
  return { what, digest, found, ...(asWanted ? { asWanted } : {}) }
}

/** The same text for the same value, whatever the order of keys. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_, inner: Json) =>
    isObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
