/** A line of a Corefile with what stands in its braces: a server block, an import, a plugin, an option of one. */
export type Statement = {
  /** Without quotes. */
  readonly words: readonly string[]
  /** As written, one blank between words. */
  readonly text: string
  /** Counted from 1; 0 for one that stands in no file. */
  readonly line: number
  /** The comments above it and behind it, each with its `#`. */
  readonly comments: readonly string[]
  /** null where it has no braces. */
  readonly body: readonly Statement[] | null
}

/** All statements of a body, whether it is there or not. */
export function bodyOf({ body }: Statement): readonly Statement[] {
  return body ?? []
}

/** Its name, where it is one: `(name)` above braces. */
export function snippetOf({ words: [word = '', second], body }: Statement): string | null {
  if (second !== undefined || body === null) return null
  return /^\((.*)\)$/s.exec(word)?.[1] ?? null
}

/** A brace that closes nothing, which CoreDNS takes for a zone of that name. */
export function isStray({ words, body }: Statement): boolean {
  return words.length > 0 && words.every((word) => word === '}') && body?.length === 0
}
