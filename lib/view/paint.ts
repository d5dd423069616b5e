import { styleText } from 'node:util'
import type { Say } from '../words/say.ts'

/** A colour, or another way to stress a text. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Puts one colour around a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string

/** How a text is shown: without `color` plain, without `columns` not wrapped, without `say` in English. */
export type Look = {
  readonly color?: boolean
  readonly columns?: number
  readonly say?: Say
}

/** A painter that colours only where colours are wanted; whoever opens the view has decided that. */
export function painter(color = false): Paint {
  if (!color) return (_, text) => text
  // Without this Node would ask its own stdout, which need not be where the text goes.
  return (style, text) => styleText(style, text, { validateStream: false })
}
