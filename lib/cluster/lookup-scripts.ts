/**
 * Several lookups in one exec, which costs a hundred times as much as a lookup. The text never changes
 * and its parameters are quoted, so that it is as harmless as the commands in it: nslookup, nc and od.
 * Each lookup is a process with a source port of its own; what it has to say comes out in one piece, so
 * that pieces do not mix. One that hangs keeps back nobody else's.
 *
 * Pieces end with the byte 036. The first line has the machine's uptime in seconds before and after, in
 * steps of 10 ms: BusyBox has no finer clock that every build brings.
 */
const piece = (command: string): string =>
  `for i in $(seq "$3"); do { read s x </proc/uptime; o=$(${command}); read e x </proc/uptime; ` +
  String.raw`printf '%s %s\n%s\n\036' "$s" "$e" "$o"; } & done; wait`

/** Parameters: a name, a server, how often. */
export const UDP_LOOKUPS = piece('nslookup "$1" "$2" 2>&1')

/** Parameters: a query in octal escapes, a server, how often. The answers are in hexadecimal. */
export const TCP_LOOKUPS = piece('printf "$1" | nc -w 3 "$2" 53 | od -An -v -tx1')

/** Parameters: names. First the pod's resolv.conf, then of each name itself and what nslookup said. */
export const OWN_LOOKUPS =
  String.raw`printf '%s\n\036' "$(cat /etc/resolv.conf)"; ` +
  String.raw`for n in "$@"; do { printf '%s\n%s\n\036' "$n" "$(nslookup "$n" 2>&1)"; } & done; wait`
