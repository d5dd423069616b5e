/** Why a name has no address, as far as the program's words tell. */
export type LookupFault = (typeof FAULTS)[number]

/** The gravest first. */
export const FAULTS = [
  /** Nothing listens at the server's address: ICMP port unreachable, not the response code REFUSED. */
  'refused',
  /** The query could not be sent. */
  'unreachable',
  'timeout',
  'servfail',
  /** Another response code; it is in `rcode`. */
  'other-rcode',
  /** The name exists and has no address. */
  'no-answer',
  'nxdomain',
  /** busybox up to 1.28 says no more than that. */
  'unresolved',
] as const

export type LookupFailure = {
  readonly reason: LookupFault
  /** The name as it was asked; absent where the words are about the server. */
  readonly name?: string
  /** With `other-rcode`: `REFUSED`, `FORMERR` ... */
  readonly rcode?: string
}

/** A name with an address: for a name asked the addresses, for an address asked its names. */
export type LookupAnswer = {
  readonly name: string
  readonly address: string
  /** The address's own name, which busybox up to 1.28 looks up and adds. */
  readonly pointer?: string
}

/** `busybox-1.28` is all up to that, `busybox` 1.29 and later: their words do not differ. */
export type Dialect = 'busybox-1.28' | 'busybox' | 'bind'
