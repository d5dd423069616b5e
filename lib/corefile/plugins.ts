import { parseCorefile } from './parse.ts'
import { bodyOf, snippetOf, type Statement } from './statement.ts'

/** A server block: for which zones, and the plugins that it has, those of snippets too. */
export type Block = {
  /** It is an import of files, or has one: of what it has not all is known. */
  readonly imports: boolean
  /** Plain; those of the header. */
  readonly zones: readonly string[]
  readonly plugins: readonly Plugin[]
}

export type Plugin = {
  readonly name: string
  readonly args: readonly string[]
  /** The lines between its braces, in words. */
  readonly options: (readonly string[])[]
}

/** To what the Corefile forwards: addresses and files; null where it forwards nothing. */
export function forwardTargets(corefile: string): readonly string[] | null {
  const all = pluginsOf(corefile).filter(({ name }) => name === 'forward' || name === 'proxy')
  return all.length === 0 ? null : [...new Set(all.flatMap(({ args }) => args.slice(1)))]
}

/** All plugins of all server blocks. */
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
export function blocksOf(corefile: string): readonly Block[] {
  const parsed = parseCorefile(corefile)
  if ('problem' in parsed) return []
  const snippets = new Map<string, readonly Statement[]>()
  return parsed.statements.flatMap((block): readonly Block[] => {
    const name = snippetOf(block)
    if (name === null) return [blockOf(block, snippets)]
    snippets.set(name, expanded(bodyOf(block), snippets))
    return []
  })
}

type Snippets = ReadonlyMap<string, readonly Statement[]>

function blockOf(block: Statement, snippets: Snippets): Block {
  const body = expanded(bodyOf(block), snippets)
  return {
    imports: block.body === null || body.some(hasImport),
    zones: block.words.map((word) => plainZone(word.replace(/,$/, ''))),
    plugins: body.map((plugin) => {
      const [name = '', ...args] = plugin.words
      return { name, args, options: bodyOf(plugin).map(({ words }) => words) }
    }),
  }
}

/** With what snippets above have in place of their imports. */
function expanded(body: readonly Statement[], snippets: Snippets): readonly Statement[] {
  return body.flatMap((one) => {
    const [word, name = ''] = one.words
    const own = word === 'import' ? snippets.get(name) : undefined
    return own ?? [{ ...one, body: one.body && expanded(one.body, snippets) }]
  })
}

function hasImport(one: Statement): boolean {
  return one.words[0] === 'import' || bodyOf(one).some(hasImport)
}
