import { parseCorefile } from './parse.ts'
import { type Block, blocksOf, isOpen, plainZone } from './plugins.ts'

/**
 * What a server of a Corefile says for a name of the world outside: what others say whom it asks, SERVFAIL as no plugin
 * knows it, REFUSED as no server block serves it, or what this text does not tell.
 */
export type Outside = 'forwarded' | 'unserved' | 'refused' | 'unknown'

/** The chapter's own forwards nothing, so it answers SERVFAIL. `name` has a dot at its end. */
export function outside(corefile: string, name: string): Outside {
  if ('problem' in parseCorefile(corefile)) return 'unknown'
  const asked = blocksOf(corefile).filter(({ zones }) => zones.some((zone) => isIn(name, zone)))
  if (asked.some((block) => forwardsIn(block, name))) return 'forwarded'
  if (isOpen(corefile) || !asked.every((block) => isSilent(block, name))) return 'unknown'
  return asked.length === 0 ? 'refused' : 'unserved'
}

/** By `forward`, or `proxy` up to CoreDNS 1.4. */
function forwardsIn({ plugins }: Block, name: string): boolean {
  return plugins.some(
    ({ name: plugin, args: [from = ''] }) =>
      (plugin === 'forward' || plugin === 'proxy') && isIn(name, plainZone(from)),
  )
}

/** Those that answer for no name, or for other ones only. */
const SILENT = new Set(
  (
    'any autopath bind bufsize cache cancel debug dnssec dnstap errors forward health kubernetes loadbalance local log ' +
    'loop metadata minimal multisocket nsid pprof prometheus proxy proxyproto ready reload root timeouts tls trace transfer'
  ).split(' '),
)

function isSilent({ zones, plugins }: Block, name: string): boolean {
  return plugins.every(({ name: plugin, args }) => {
    const served = args.length > 0 ? args.map(plainZone) : zones
    return SILENT.has(plugin) && !(plugin === 'kubernetes' && served.some((one) => isIn(name, one)))
  })
}

/** Whether a name, with a dot at its end, is of a zone as `plainZone` gives it. */
export function isIn(name: string, zone: string): boolean {
  return zone === '.' || `.${name}`.toLowerCase().endsWith(`.${zone}.`)
}
