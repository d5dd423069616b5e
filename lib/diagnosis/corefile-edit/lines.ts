import { type Evidence, valueOf } from '../../evidence/evidence.ts'

/** Without the blanks around them. */
export function linesOf(e: Evidence): readonly string[] {
  return (valueOf(e.corefile) ?? '').split('\n').map((line) => line.trim())
}

/** The one line that is so; undefined where none is, or several are. */
export function onlyLine(
  all: readonly string[],
  isSo: (line: string) => boolean,
): string | undefined {
  const [line, ...others] = all.filter(isSo)
  return others.length > 0 ? undefined : line
}

/** The line of a plugin, where the Corefile has exactly one of that name and it stands alone in its line. */
export function lineOf(e: Evidence, plugin: string): string | undefined {
  return onlyLine(linesOf(e), (line) => begins(line, plugin))
}

/** Whether the line is of this plugin, or this option. */
export function begins(line: string, word: string): boolean {
  return line.split(/\s+/)[0] === word
}

/** Where a plugin stands: `in its line 11, forward . 192.0.2.1, `; empty where that is not one line. */
export function placeOf(e: Evidence, plugin: string): string {
  const line = lineOf(e, plugin)
  if (line === undefined) return ''
  return `in its line ${String(linesOf(e).indexOf(line) + 1)}, ${line.replace(/ *\{$/, '')}, `
}
