import { bodyOf, parseCorefile } from './parse.ts'

/** A server block: for which zones, and the plugins that it has. */
type Block = {
  /** It is an import, or has one: of what it has not all is known. */
  readonly imports: boolean
  /** Plain; those of the header. */
  readonly zones: readonly string[]
  readonly plugins: readonly Plugin[]
}

type Plugin = {
  readonly name: string
  readonly args: readonly string[]
  /** The lines between its braces, in words. */
  readonly options: (readonly string[])[]
}

/**
 * Whether a server of this Corefile sends on what it does not know itself: `forward`, or `proxy` up to
 * CoreDNS 1.4. The chapter's own does not, so it answers SERVFAIL for the names of the world outside.
 */
export function forwards(corefile: string): boolean {
  return forwardTargets(corefile) !== null
}

/** To what the Corefile forwards: addresses and files; null where it forwards nothing. */
export function forwardTargets(corefile: string): readonly string[] | null {
  const all = pluginsOf(corefile).filter(({ name }) => name === 'forward' || name === 'proxy')
  return all.length === 0 ? null : all.flatMap(({ args }) => args.slice(1))
}

/** All plugins of all server blocks and snippets. */
export function pluginsOf(corefile: string): readonly Plugin[] {
  return blocksOf(corefile).flatMap(({ plugins }) => plugins)
}

/** What the plugin kubernetes serves, by its own zones or, where it names none, by those of its block's header. */
export function kubernetesIn(corefile: string): readonly {
  readonly zones: readonly string[]
  readonly options: readonly (readonly string[])[]
}[] {
  return blocksOf(corefile).flatMap(({ zones, plugins }) =>
    plugins
      .filter(({ name }) => name === 'kubernetes')
      .map(({ args, options }) => ({
        zones: args.length > 0 ? args.map(plainZone) : zones,
        options,
      })),
  )
}

/** Whether more than this text decides: files that it imports, or variables of its environment. */
export function isOpen(corefile: string): boolean {
  return /\{[$%]/.test(corefile) || blocksOf(corefile).some(({ imports }) => imports)
}

/** As zones are compared: without scheme, port and the dot at the end, in small letters. */
export function plainZone(zone: string): string {
  const bare = zone.replace(/^\w+:\/\//, '').replace(/:\d+$/, '')
  return bare === '.' ? bare : bare.toLowerCase().replace(/\.$/, '')
}

/** Of what is no Corefile, none. */
function blocksOf(corefile: string): readonly Block[] {
  const parsed = parseCorefile(corefile)
  if ('problem' in parsed) return []
  return parsed.statements.map((block) => ({
    imports: block.body === null || bodyOf(block).some(({ words }) => words[0] === 'import'),
    zones: block.words.map((word) => plainZone(word.replace(/,$/, ''))),
    plugins: bodyOf(block).map((plugin) => {
      const [name = '', ...args] = plugin.words
      return { name, args, options: bodyOf(plugin).map(({ words }) => words) }
    }),
  }))
}
