import type { NameCheck } from '../core/look-data.ts'
import type { Outside } from '../corefile/outside.ts'
import { type ResolvConf, searchOrder } from './resolv-conf.ts'

/** What a name should lead to. */
export type NameWanted = Pick<NameCheck, 'name' | 'kind' | 'expected'> & {
  /** What nslookup is asked for it, in turn until one has an answer. */
  readonly ask: readonly string[]
}

/** What a pod was told for a name. */
export type NameAnswer = {
  /** The address that it leads to, or the name of an address. */
  readonly found: string | null
  /** What was said where there is none: `NXDOMAIN`, `SERVFAIL`, `no answer` … */
  readonly said: string
}

/** RFC 2606 keeps it for examples: no cluster has it, and it exists. */
export const EXTERNAL = 'example.com.'

/** What servers further up know, or why they do not, is not the cluster's DNS; silence is. */
export const FORWARDED = 'an answer of the servers that the Corefile forwards to'

/** What is right for it. */
const EXPECTED: Readonly<Record<Outside, string>> = {
  forwarded: FORWARDED,
  unserved: 'SERVFAIL, as the Corefile forwards nothing',
  refused: 'REFUSED, as the Corefile serves no such name',
  unknown: 'any answer',
}

/** One of each kind of name, as a pod writes them; the short one leads somewhere in namespace default only. */
export function namesFor({
  namespace,
  domain,
  kubernetes,
  conf,
  outside,
}: {
  /** The pod's. */
  readonly namespace: string
  readonly domain: string
  readonly kubernetes: string
  /** By which names are searched. */
  readonly conf: Pick<ResolvConf, 'search' | 'ndots'>
  /** What the Corefile has CoreDNS say for a name of the world outside. */
  readonly outside: Outside
}): readonly NameWanted[] {
  const full = `kubernetes.default.svc.${domain}`
  const absent = `hardway-absent.default.svc.${domain}.`
  const partial = 'kubernetes.default'
  const short = {
    kind: 'short',
    name: 'kubernetes',
    ask: ['kubernetes'],
    expected: kubernetes,
  } as const
  return [
    ...(namespace === 'default' ? [short] : []),
    {
      kind: 'partial',
      name: partial,
      // busybox' nslookup searches for no name with a dot; a program's resolver does, in this order.
      ask: searchOrder(partial, conf).map((name) => `${name}.`),
      expected: kubernetes,
    },
    { kind: 'full', name: full, ask: [full], expected: kubernetes },
    { kind: 'reverse', name: kubernetes, ask: [kubernetes], expected: full },
    { kind: 'absent', name: absent, ask: [absent], expected: 'NXDOMAIN' },
    {
      kind: 'external',
      name: EXTERNAL,
      ask: [EXTERNAL],
      expected: EXPECTED[outside],
    },
  ]
}

/** Judges what a pod was told for a name. */
export function judgeName(
  worker: string,
  { ask: _, ...wanted }: NameWanted,
  { found, said }: NameAnswer,
): NameCheck {
  const got = found ?? said
  return { ...wanted, worker, got, ok: isRight(wanted, got, found !== null) }
}

function isRight(
  { kind, expected }: Pick<NameCheck, 'kind' | 'expected'>,
  got: string,
  found: boolean,
): boolean {
  // Before 1.29 busybox tells no kind of failure from another.
  if (kind === 'absent') return ['NXDOMAIN', 'unresolved'].includes(got)
  if (kind === 'external') {
    if (expected === EXPECTED.unserved) return ['SERVFAIL', 'unresolved'].includes(got)
    if (expected === EXPECTED.refused) return ['REFUSED', 'other-rcode', 'unresolved'].includes(got)
    return found || isSaid(got)
  }
  return got === expected
}

/** A response, and no silence: its code, or what nslookup makes of one. */
function isSaid(got: string): boolean {
  return (
    /^[A-Z]\w+$/.test(got) || ['no-answer', 'other-rcode', 'truncated', 'unresolved'].includes(got)
  )
}
