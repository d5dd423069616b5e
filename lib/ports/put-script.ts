import { PUT_PROBER } from './prober-commands.ts'
import type { SentProgram } from './cluster.ts'

/** How PUT_SCRIPT ends where it cannot do it; its last words are on its standard error. */
export const PUT_ENDS = {
  /** Sent again without compression, it may. */
  noGunzip: 64,
  /** Nothing was written. */
  noPlace: 65,
  /** What came is not what was sent. It was removed, and nothing of it was run. */
  otherSum: 66,
  /** By a file system that runs nothing, or on another kind of machine. It was removed. */
  runsNot: 67,
} as const

/**
 * Takes the prober by its standard input. The text never changes and its parameters are quoted. Parameters: where it is to
 * lie, its sha256, how many bytes come, and `gzip` or `plain`. So many bytes are read and no more, since an API server of
 * before 1.30 cannot tell a pod that its input has ended. Only what has the right sum is run, and only what runs gets the
 * name, in one step: who asks for it meanwhile, or puts it there too, sees no part of it.
 */
export const PUT_SCRIPT = [
  'to="$1"; sum="$2"; size="$3"; how="$4"; new="$to.$$"',
  `end() { rm -f "$new"; echo "$2" >&2; exit "$1"; }`,
  `[ "$how" = plain ] || command -v gunzip >/dev/null || end ${PUT_ENDS.noGunzip} 'there is no gunzip'`,
  `(: >"$new") 2>/dev/null || end ${PUT_ENDS.noPlace} "$new cannot be written"`,
  'if [ "$how" = plain ]; then head -c "$size" >"$new"; else head -c "$size" | gunzip -c >"$new"; fi',
  'set -- $(sha256sum "$new")',
  `[ "$1" = "$sum" ] || end ${PUT_ENDS.otherSum} "its sha256 is \${1:-not told}, not $sum"`,
  `chmod 755 "$new" && "$new" conf >/dev/null || end ${PUT_ENDS.runsNot} 'it does not run there'`,
  'mv -f "$new" "$to"',
].join('\n')

/** The command that takes it. */
export function putCommand({ bytes, gzipped, sha256 }: SentProgram): readonly string[] {
  const how = gzipped ? 'gzip' : 'plain'
  return ['sh', '-c', PUT_SCRIPT, 'put', PUT_PROBER, sha256, String(bytes.length), how]
}
