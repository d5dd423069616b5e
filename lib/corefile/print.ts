import { bodyOf, type Statement } from './statement.ts'

/** As the chapter writes it: plugins by four blanks, their options by two more. */
export function printCorefile(statements: readonly Statement[]): string {
  return statements.map((one) => `${linesOf(one, 0).join('\n')}\n`).join('')
}

function linesOf(statement: Statement, depth: number): readonly string[] {
  const blanks = ' '.repeat(depth === 0 ? 0 : 2 + 2 * depth)
  const { comments, text, body } = statement
  const head = [...comments, body === null ? text : `${text} {`].map((line) => blanks + line)
  if (body === null) return head
  return [...head, ...bodyOf(statement).flatMap((one) => linesOf(one, depth + 1)), `${blanks}}`]
}

/** A statement with its body in one line, as it is told. */
export function inOneLine(statement: Statement): string {
  const { text, body } = statement
  if (body === null) return text
  return body.length === 0 ? `${text} { }` : `${text} { ${body.map(inOneLine).join('; ')} }`
}
