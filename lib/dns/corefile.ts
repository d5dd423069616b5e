/** A server block: for which zones, and the plugins that it has. */
type Block = {
  /** Plain; those of the header. */
  readonly zones: readonly string[]
  readonly plugins: readonly Plugin[]
}

type Plugin = {
  readonly name: string
  readonly args: string[]
  /** The lines between its braces, in words. */
  readonly options: string[][]
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
export function kubernetesIn(
  corefile: string,
): readonly { readonly zones: readonly string[]; readonly options: readonly string[][] }[] {
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
  let header: string[] = []
  let depth = 0
  for (const line of corefile.split('\n')) {
    let begins = true
    for (const word of wordsOf(line)) {
      const plugins = blocks.at(-1)?.plugins ?? []
      if (word === '{' && depth === 0) {
        blocks.push({ zones: header, plugins: [] })
        header = []
      }
      if (word === '{') depth += 1
      else if (word === '}') depth -= 1
      else if (depth === 0) header.push(plainZone(word.replace(/,$/, '')))
      else if (depth === 1 && begins) plugins.push({ name: word, args: [], options: [] })
      else if (depth === 1) plugins.at(-1)?.args.push(word)
      else if (begins) plugins.at(-1)?.options.push([word])
      else plugins.at(-1)?.options.at(-1)?.push(word)
      begins = word === '{' || word === '}'
    }
  }
  return blocks
}

function wordsOf(line: string): readonly string[] {
  return line
    .replace(/(?:^|\s)#.*/, '')
    .split(/\s+/)
    .filter((word) => word !== '')
}
