import type { Barrier } from '../ports/host.ts'
import { reachedFrom } from './filters-iptables.ts'

type Chain = {
  readonly table: string
  readonly name: string
  readonly lines: readonly string[]
}

const HOOK = /^type \S+ hook (\S+) .*?(?:policy (\w+);)?$/
/** ` counter packets 3 bytes 180 ` and the handle are no part of what a rule matches. */
const RULE = /^(.*) # handle (\d+)$/
const STOPS = /(?:^| )(?:drop|reject(?: with .*)?|queue(?: .*)?)(?: comment ".*")?$/
/** By a map of verdicts: `udp dport vmap { 53 : drop, 80 : accept }`. */
const MAPPED = /\bvmap \{.*: (?:drop|reject)\b/
/** Questions that are meant for one server are led to another one. */
const LEADS_AWAY = /\bdport (?:\{[^}]*\b53\b[^}]*\}|53) .*\b(?:dnat|redirect|tproxy)\b/
const JUMPS = /\b(?:jump|goto) ([^\s,}]+)/g

/**
 * Policies and rules that drop, refuse or lead questions away, in what `nft -a list ruleset` prints. Tables of
 * IPv4 that `iptables` shows itself are left out, and IPv6.
 */
export function barriersInNft(ruleset: string, ofIptables: readonly string[]): readonly Barrier[] {
  const shown = new Set(ofIptables.map((name) => `ip ${name}`))
  const chains = chainsIn(ruleset).filter(
    ({ table }) => !shown.has(table) && !/^(?:ip6|arp) /.test(table),
  )
  return [...Map.groupBy(chains, ({ table }) => table).values()].flatMap(barriersInTable)
}

function barriersInTable(chains: readonly Chain[]): readonly Barrier[] {
  const hooks = chains.flatMap(({ name, lines }) => {
    const [, hook, policy] = lines.map((line) => HOOK.exec(line)).find((found) => found) ?? []
    return hook === undefined ? [] : [{ name, hook, policy }]
  })
  const jumps = chains.flatMap(({ name, lines }) =>
    lines.flatMap((line) => [...line.matchAll(JUMPS)].map(([, to = '']) => ({ from: name, to }))),
  )
  const hooksOf = (chain: string): readonly string[] => {
    const reached = reachedFrom(
      chain,
      jumps,
      hooks.map(({ name }) => name),
    )
    return hooks.filter(({ name }) => reached.includes(name)).map(({ hook }) => hook.toUpperCase())
  }
  return chains.flatMap(({ table, name, lines }): readonly Barrier[] => {
    const common = { tool: 'nft', table, chain: name, from: hooksOf(name) } as const
    const drops = hooks.some((one) => one.name === name && one.policy === 'drop')
    const rules = lines.flatMap((line) => {
      const [, rule = '', handle = ''] = RULE.exec(line) ?? []
      const isOne = [STOPS, MAPPED, LEADS_AWAY].some((form) => form.test(rule))
      if (!isOne || common.from.length === 0) return []
      const count = /\bcounter packets (\d+)/.exec(rule)?.[1]
      const undo = `nft delete rule ${table} ${name} handle ${handle}`
      return [{ ...common, rule, undo, stopped: count === undefined ? null : Number(count) }]
    })
    if (!drops) return rules
    const undo = `nft chain ${table} ${name} '{ policy accept; }'`
    return [{ ...common, rule: 'policy drop', undo, stopped: null }, ...rules]
  })
}

/** `table inet firewalld { # handle 7`, then its chains, each line of theirs indented by two tabs. */
function chainsIn(ruleset: string): readonly Chain[] {
  const tables = ruleset.split(/^(?=table )/m).map((text) => ({
    table: /^table (\S+ \S+) \{/.exec(text)?.[1] ?? '',
    chains: text.split(/^\t(?=chain )/m).slice(1),
  }))
  return tables.flatMap(({ table, chains }) =>
    chains.map((text) => ({
      table,
      name: /^chain (\S+) \{/.exec(text)?.[1] ?? '',
      lines: [...text.matchAll(/^\t\t(\S.*)$/gm)].map(([, line = '']) => line),
    })),
  )
}
