import type { Cell } from '../matrix-report.ts'
import type { Standing } from '../standing.ts'
import { markup, type Markup } from '../markup.ts'

/** How a thing is coloured; each has a sign of its own, so that nothing rests on colour alone. */
export type Tone = 'good' | 'bad' | 'warn' | 'open'

const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', bad: '✕', warn: '!', open: '?' }

export function toneOf(standing: Standing): Tone {
  return standing === 'drifted' ? 'warn' : standing
}

export function cellTone(state: Cell['state'] | undefined): Tone {
  return state === undefined || state === 'unknown' ? 'open' : state
}

export function signOf(tone: Tone): string {
  return SIGNS[tone]
}

/** The sign in its colour, with what it means for those who do not see it. */
export function badge(tone: Tone, meaning: string): Markup {
  return markup`<span class="badge ${tone}" role="img" aria-label="${meaning}" title="${meaning}">${SIGNS[tone]}</span>`
}
