/** A change of a Corefile, as sed makes it line by line. */
export type Edit =
  /** Leaves out each line that reads so, blanks before it aside. */
  | { readonly drop: string }
  /** The same, only between the one line that reads so and the next `}` below it, both of them unindented. */
  | { readonly drop: string; readonly inBlock: string }
  /** Writes the second in the first one's place, in lines that begin with this word. */
  | { readonly inLine: string; readonly of: string; readonly by: string }
  /** Writes another line in place of each that reads so. */
  | { readonly line: string; readonly becomes: string }
  /** Writes another line before the one that reads so. */
  | { readonly line: string; readonly before: string }

/** The Corefile with the change in it. */
export function applied(text: string, edit: Edit): string {
  if ('drop' in edit) {
    const without = (part: string): string =>
      part
        .split('\n')
        .filter((line) => line.trim() !== edit.drop)
        .join('\n')
    if (!('inBlock' in edit)) return without(text)
    const from = text.indexOf(`${edit.inBlock}\n`)
    const to = text.indexOf('\n}', from)
    return text.slice(0, from) + without(text.slice(from, to)) + text.slice(to)
  }
  const lines = text.split('\n')
  if ('line' in edit) {
    const write = (line: string, text: string) => line.replace(edit.line, () => text)
    return lines
      .flatMap((line) => {
        if (line.trim() !== edit.line) return [line]
        return 'before' in edit ? [write(line, edit.before), line] : [write(line, edit.becomes)]
      })
      .join('\n')
  }
  return lines
    .map((line) =>
      line.trim().split(/\s+/)[0] === edit.inLine ? line.replace(edit.of, () => edit.by) : line,
    )
    .join('\n')
}

/** The change as a command of sed, for the Corefile as `kubectl get -o yaml` prints it. */
export function script(edit: Edit): string {
  if ('drop' in edit) {
    const drop = `/^ *${literal(edit.drop)}$/d`
    // kubectl prints the text four blanks further in.
    return 'inBlock' in edit ? `/^    ${literal(edit.inBlock)}$/,/^    }$/{${drop};}` : drop
  }
  if ('line' in edit && 'before' in edit) {
    const line = literal(edit.line)
    return `/^ *${line}$/{h;s/${line}$/${replacement(edit.before)}/;p;x;}`
  }
  if ('line' in edit) {
    return String.raw`s/^\( *\)${literal(edit.line)}$/\1${replacement(edit.becomes)}/`
  }
  return `/^ *${literal(edit.inLine)} /s/${literal(edit.of)}/${replacement(edit.by)}/`
}

/** As a basic regular expression. */
function literal(text: string): string {
  return text.replace(/[\\/.*[\]^$]/g, String.raw`\$&`)
}

function replacement(text: string): string {
  return text.replace(/[\\/&]/g, String.raw`\$&`)
}
