/** Stands between servers and names in the parameters of LOOKUPS. */
export const NAMES = 'names'

const asked = (what: string, command: string): string =>
  String.raw`{ printf '${what} %s\n%s\n\036' "$1" "$(${command})"; } &`

/**
 * All lookups of one worker in one exec, which costs a hundred times as much as a lookup; for probes that have no
 * prober. The text never
 * changes and its parameters are quoted, so that it is as harmless as the commands in it: cat, nslookup, nc
 * and od. Parameters: a query in octal escapes, the name that it asks for, each server as often as it is to
 * be asked by UDP and by TCP, NAMES, and names to be looked up as the pod's resolv.conf has it.
 *
 * Each lookup is a process with a source port of its own; what it has to say comes out in one piece, so
 * that pieces do not mix. One that hangs keeps back nobody else's. Pieces end with the byte 036; their first
 * line says what was asked. Answers by TCP are in hexadecimal. No times: those of a process that is started
 * are not those of DNS.
 */
export const LOOKUPS = [
  'q="$1"; n="$2"; shift 2',
  String.raw`printf 'file /etc/resolv.conf\n%s\n\036' "$(cat /etc/resolv.conf)"`,
  `while [ "$#" -gt 0 ] && [ "$1" != ${NAMES} ]; do`,
  asked('udp', 'nslookup "$n" "$1" 2>&1'),
  asked('tcp', 'printf "$q" | nc -w 3 "$1" 53 | od -An -v -tx1'),
  'shift; done; shift',
  String.raw`for n in "$@"; do { printf 'name %s\n%s\n\036' "$n" "$(nslookup "$n" 2>&1)"; } & done; wait`,
].join('\n')
