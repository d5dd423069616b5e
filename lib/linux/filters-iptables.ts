import type { Barrier } from '../ports/host.ts'

type Tool = Exclude<Barrier['tool'], 'nft'>

/** The names of the tables in what `iptables-save` prints. */
export function tablesInIptables(saved: string): readonly string[] {
  return [...saved.matchAll(/^\*(\S+)$/gm)].map(([, table = '']) => table)
}

/** Policies and rules that drop, refuse or lead questions away, in what `iptables-save -c` prints of all tables. */
export function barriersInIptables(tool: Tool, saved: string): readonly Barrier[] {
  return saved
    .split(/^(?=\*)/m)
    .flatMap((part) => barriersInTable(tool, part, tablesInIptables(part)[0] ?? ''))
}

type Row = { readonly chain: string; readonly rule: string; readonly stopped: number | null }

/** `:FORWARD DROP [0:0]` is a chain with its policy, `:MY-FW - [0:0]` one that others jump to. */
const CHAIN = /^:(\S+) (\S+) \[(\d+):/gm
const RULE = /^\[(\d+):\d+\] (-A (\S+) .*)$/gm
const JUMP = /^-A (\S+) .*-[jg] (\S+)/
/** A queue is a program's, which drops what it does not hand back. */
const STOPS = / -j (?:DROP|REJECT|TARPIT|NFQUEUE|QUEUE)\b/
/** Questions that are meant for one server are led to another one. */
const LEADS_AWAY = /--dports? (?:\S+,)?53\b.* -j (?:DNAT|REDIRECT|TPROXY)\b/

function barriersInTable(tool: Tool, part: string, table: string): readonly Barrier[] {
  const chains = [...part.matchAll(CHAIN)].map(([, name = '', policy = '', count = '']) => {
    return { name, policy, stopped: Number(count) }
  })
  const rules = [...part.matchAll(RULE)].map(([, count = '', rule = '', chain = '']): Row => {
    return { chain, rule, stopped: Number(count) }
  })
  const jumps = rules.flatMap(({ rule }) => {
    const [, from, to] = JUMP.exec(rule) ?? []
    return from === undefined || to === undefined ? [] : [{ from, to }]
  })
  const builtIn = chains.filter(({ policy }) => policy !== '-').map(({ name }) => name)
  const program = [tool, ...(table === 'filter' ? [] : ['-t', table])].join(' ')
  const policies = chains.filter(({ policy }) => policy === 'DROP')
  return [
    // The policies of nftables count nothing, and iptables prints 0 for them.
    ...policies.map(({ name, stopped }) => ({
      ...{ tool, table, chain: name, from: [name], rule: `-P ${name} DROP` },
      ...{ undo: `${program} -P ${name} ACCEPT`, stopped: tool === 'iptables' ? null : stopped },
    })),
    ...rules
      .filter(({ rule }) => STOPS.test(rule) || LEADS_AWAY.test(rule))
      .map((one) => ({
        ...{ tool, table, ...one, from: reachedFrom(one.chain, jumps, builtIn) },
        undo: `${program} ${one.rule.replace(/^-A/, '-D')}`,
      }))
      .filter(({ from }) => from.length > 0),
  ]
}

/** The chains of the kernel from which jumps lead to a chain. */
export function reachedFrom(
  chain: string,
  jumps: readonly { readonly from: string; readonly to: string }[],
  builtIn: readonly string[],
): readonly string[] {
  const reached = new Set([chain])
  // A set grows while it is gone through.
  for (const one of reached) {
    for (const { from } of jumps.filter(({ to }) => to === one)) reached.add(from)
  }
  return builtIn.filter((name) => reached.has(name))
}
