import { asWritten, type Say } from '../words/say.ts'
import type { Comparison, Difference } from './compare.ts'

const MARKS = { worse: '✖', better: '✔', new: '+', gone: '-', slower: '!' } as const

/** The comparison for people, worst first. */
export function compareText(told: Comparison, say: Say = asWritten): string {
  const kinds = ['worse', 'slower', 'better', 'new', 'gone'] as const
  const lines = kinds.flatMap((kind) => {
    const all = told[kind]
    if (all.length === 0) return []
    return [
      say(`${kind} (${all.length})`),
      ...all.map((one) => `  ${MARKS[kind]} ${inWords(one)}`),
      '',
    ]
  })
  const counts = kinds.flatMap((kind) =>
    told[kind].length > 0 ? [say(`${told[kind].length} ${kind}`)] : [],
  )
  const sum = [...counts, say(`${told.same} the same`)].join(say(', '))
  const state = told.isWorse
    ? say(`Something got worse: ${sum}.`)
    : say(`Nothing got worse: ${sum}.`)
  return [...lines, state].join('\n')
}

function inWords({ what, was, now }: Difference): string {
  return was === undefined || now === undefined
    ? `${what}: ${now ?? was ?? ''}`
    : `${what}: ${was} → ${now}`
}
