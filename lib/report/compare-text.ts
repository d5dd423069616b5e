import type { Comparison, Difference } from './compare.ts'

const MARKS = { worse: '✖', better: '✔', new: '+', gone: '-', slower: '!' } as const

/** The comparison for people, worst first. */
export function compareText(told: Comparison): string {
  const kinds = ['worse', 'slower', 'better', 'new', 'gone'] as const
  const lines = kinds.flatMap((kind) => {
    const all = told[kind]
    if (all.length === 0) return []
    return [`${kind} (${all.length})`, ...all.map((one) => `  ${MARKS[kind]} ${inWords(one)}`), '']
  })
  const counts = kinds.flatMap((kind) =>
    told[kind].length > 0 ? [`${told[kind].length} ${kind}`] : [],
  )
  const state = told.isWorse ? 'Something got worse' : 'Nothing got worse'
  return [...lines, `${state}: ${[...counts, `${told.same} the same`].join(', ')}.`].join('\n')
}

function inWords({ what, was, now }: Difference): string {
  return was === undefined || now === undefined
    ? `${what}: ${now ?? was ?? ''}`
    : `${what}: ${was} → ${now}`
}
