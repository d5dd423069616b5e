/** A server block: for which zones, and the plugins that it has. */
type Block = {
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
  return /\{[$%]/.test(corefile) || pluginsOf(corefile).some(({ name }) => name === 'import')
}

/** As zones are compared: without scheme, port and the dot at the end, in small letters. */
export function plainZone(zone: string): string {
  const bare = zone.replace(/^\w+:\/\//, '').replace(/:\d+$/, '')
  return bare === '.' ? bare : bare.toLowerCase().replace(/\.$/, '')
}

/** By its grammar: words, `{` and `}`; what stands outside of braces is the header of the next block. */
function blocksOf(corefile: string): readonly Block[] {
  const blocks: { zones: string[]; plugins: Plugin[] }[] = []
  for (const { depth, words } of statementsOf(corefile)) {
    const last = blocks.at(-1)
    const zones = words.map((word) => plainZone(word.replace(/,$/, '')))
    if (depth === 0 && last?.plugins.length === 0) last.zones.push(...zones)
    else if (depth === 0) blocks.push({ zones, plugins: [] })
    else if (depth === 1) last?.plugins.push(pluginOf(words))
    else last?.plugins.at(-1)?.options.push(words)
  }
  return blocks
}

function pluginOf([name = '', ...args]: readonly string[]): Plugin {
  return { name, args, options: [] }
}

type Statement = { readonly depth: number; readonly words: readonly string[] }

/** What a line says inside so many braces; several where it has braces itself. */
function statementsOf(corefile: string): readonly Statement[] {
  const statements: Statement[] = []
  let depth = 0
  for (const line of corefile.split('\n')) {
    for (const part of line.replace(/(?:^|\s)#.*/, '').split(/(?<!\S)([{}])(?!\S)/)) {
      const words = part.split(/\s+/).filter((word) => word !== '')
      if (part === '{') depth += 1
      else if (part === '}') depth -= 1
      else if (words.length > 0) statements.push({ depth, words })
    }
  }
  return statements
}
