import { bodyOf, type Statement } from './statement.ts'
import { proxyToForward } from './proxy.ts'
import {
  CAME,
  isAfter,
  isPlugin,
  isInTable,
  SEVERAL_FORWARDS,
  WENT,
  whenInWords,
} from './versions.ts'

/** Something of a Corefile, and what became of it or why nothing could. */
export type Told = { readonly line: number; readonly text: string }

export type Translated = {
  readonly statements: readonly Statement[]
  readonly told: readonly Told[]
  /** What has no place in the other version. */
  readonly obstacles: readonly Told[]
}

/** Server blocks as CoreDNS of another version reads them, by the table of versions.ts; told line by line. */
export function translate(blocks: readonly Statement[], version: string): Translated {
  if (!isInTable(version)) return { statements: blocks, told: [], obstacles: [] }
  const all = blocks.map((block) => translateBlock(block, version))
  return {
    statements: all.flatMap(({ statements }) => statements),
    told: all.flatMap(({ told }) => told),
    obstacles: all.flatMap(({ obstacles }) => obstacles),
  }
}

function translateBlock(block: Statement, version: string): Translated {
  // A snippet may be meant for the inside of a plugin.
  const snippet = /^\(.*\)$/.test(block.words[0] ?? '')
  const all = bodyOf(block).map((plugin) => {
    if (snippet && !isPlugin(plugin.words[0] ?? '')) return unchanged(plugin)
    return translatePlugin(plugin, version)
  })
  const body = all.flatMap(({ statements }) => statements)
  const forwards = body.filter(({ words }) => words[0] === 'forward')
  const second = isAfter(version, SEVERAL_FORWARDS) ? undefined : forwards[1]
  return {
    statements: [{ ...block, body: block.body === null ? null : body }],
    told: all.flatMap(({ told }) => told),
    obstacles: [
      ...all.flatMap(({ obstacles }) => obstacles),
      ...(second === undefined
        ? []
        : [
            {
              line: second.line,
              text: `${second.text}: a server block may have several forward only since CoreDNS ${SEVERAL_FORWARDS} (its release notes): give it a server block of its own`,
            },
          ]),
    ],
  }
}

function translatePlugin(plugin: Statement, version: string): Translated {
  const [name = ''] = plugin.words
  const went = WENT.find(([one, option, when]) => {
    return one === name && option === null && isAfter(version, when)
  })
  if (went?.[4] === 'forward') {
    const asForward = proxyToForward(plugin, whenInWords(went[2], went[3]))
    const [forward] = asForward.statements
    if (forward === undefined || asForward.obstacles.length > 0) return asForward
    const rest = translateOptions(forward, version)
    return { ...rest, told: [...asForward.told, ...rest.told] }
  }
  if (went !== undefined) {
    return refused(plugin, `gone ${whenInWords(went[2], went[3])}, and nothing takes its place`)
  }
  const came = CAME.find(([one, option]) => one === name && option === null)
  if (came !== undefined && !isAfter(version, came[2])) {
    return refused(plugin, `a plugin only ${whenInWords(came[2], came[3])}`)
  }
  if (!isPlugin(name)) return refused(plugin, `no plugin of CoreDNS ${version} as it is released`)
  return translateOptions(plugin, version)
}

function translateOptions(plugin: Statement, version: string): Translated {
  const [name = ''] = plugin.words
  const told: Told[] = []
  const obstacles: Told[] = []
  const transfers: Statement[] = []
  const body = bodyOf(plugin).filter((option) => {
    const [word = '', argument] = option.words
    const row = (of: readonly [string, string | null, ...unknown[]]) => {
      return of[0] === name && of[1] === word
    }
    const came = CAME.find(row)
    if (came !== undefined && !isAfter(version, came[2])) {
      const text = `${option.text} of ${name}: an option only ${whenInWords(came[2], came[3])}`
      obstacles.push({ line: option.line, text })
    }
    const went = WENT.find((of) => row(of) && isAfter(version, of[2]))
    if (went === undefined || (went[4] === 'transfer' && argument === 'from')) return true
    const since = whenInWords(went[2], went[3])
    if (went[4] === 'transfer') {
      transfers.push(option)
      const text = `${option.text} of ${name}: becomes the plugin transfer, as ${name} has it no longer ${since}`
      told.push({ line: option.line, text })
    } else {
      const text = `${option.text} of ${name}: left out, refused ${since}; it had no effect any more`
      told.push({ line: option.line, text })
    }
    return false
  })
  if (told.length === 0) return { statements: [plugin], told, obstacles }
  // Braces around nothing go, too.
  const rest = { ...plugin, body: body.length === 0 ? null : body }
  return { statements: [rest, ...transferOf(plugin, transfers)], told, obstacles }
}

/** `transfer to ADDRESS …` of a plugin that serves zones, as the plugin transfer has it. */
function transferOf(plugin: Statement, options: readonly Statement[]): readonly Statement[] {
  const [first] = options
  if (first === undefined) return []
  const [name = '', ...args] = plugin.words
  // The first argument of file is its file; that of auto has no zones where it is none.
  const zones = name === 'file' ? args.slice(1) : args
  const text = ['transfer', ...zones].join(' ')
  const body = options.map((option): Statement => {
    const words = option.words.slice(1)
    return { ...option, words, text: words.join(' ') }
  })
  return [{ words: text.split(' '), text, line: first.line, comments: [], body }]
}

function unchanged(statement: Statement): Translated {
  return { statements: [statement], told: [], obstacles: [] }
}

/** It stays where it is: the plan is blocked. */
function refused(plugin: Statement, why: string): Translated {
  const { line, text } = plugin
  return { statements: [plugin], told: [], obstacles: [{ line, text: `${text}: ${why}` }] }
}
