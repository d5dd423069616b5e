import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { isCommand } from '../../lib/core/shell.ts'
import { CATALOGUE, ja } from '../../lib/words/ja/ja.ts'
import { type Phrases, sayBy, VALUE } from '../../lib/words/say.ts'
import { PROJECT } from '../fakes/lab-world.ts'

/** Hiragana, katakana or Han. */
export const JAPANESE = /[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}]/u

/** Of these English texts there has to be a Japanese one each. */
export function mustBeSaid(texts: Iterable<string>, file: string): void {
  const missing = [...new Set(texts)].filter((text) => !JAPANESE.test(ja(text)))
  assert.deepEqual(missing, [], `add their Japanese to lib/words/ja/${file}`)
}

/** Texts that are said no more would only be kept up in vain. */
export function mustBeUsed(phrases: Phrases, texts: readonly string[], file: string): void {
  const stale = Object.entries(phrases).filter(([english, text]) => {
    const say = sayBy({ [english]: text })
    return texts.every((one) => say(one) === one)
  })
  assert.deepEqual(
    stale.map(([english]) => english),
    [],
    `nobody says this any more: change it in lib/words/ja/${file}`,
  )
}

/** A sentence as the code has it: its parts between its values. */
type Sentence = readonly string[]

/** The sentences of all files that fit, as they are written where `within` says: it returns the expression that has them. */
export function sentencesIn(
  files: string,
  within: (node: ts.Node, file: ts.SourceFile) => ts.Expression | null,
): readonly Sentence[] {
  return globSync(files, { cwd: PROJECT }).flatMap((path) => {
    const text = readFileSync(`${PROJECT}${path}`, 'utf8')
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest)
    const found: Sentence[] = []
    const visit = (node: ts.Node): void => {
      const expression = within(node, file)
      if (expression !== null) found.push(...sentencesOf(expression))
      ts.forEachChild(node, visit)
    }
    visit(file)
    return found.filter((parts) => /[a-z] [a-z]/.test(parts.join('x')))
  })
}

function sentencesOf(node: ts.Expression): readonly Sentence[] {
  if (ts.isStringLiteralLike(node)) return [[node.text]]
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(sentencesOf)
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken
  )
    return [node.left, node.right].flatMap(sentencesOf)
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(sentencesOf)
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return sentencesOf(node.body)
  if (!ts.isTemplateExpression(node)) return []
  return [[node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]]
}

/** Commands are values in a sentence, `continue with` another one; what only can be pasted is the same in any language. */
export function withoutCommands(sentences: readonly Sentence[]): readonly Sentence[] {
  const isBare = (text: string): boolean => !text.includes('\n') && isCommand(text)
  return sentences
    .filter((parts) => !isBare(parts.join('x').replace(/^x(?= )/, 'npx')))
    .map((parts) => parts.flatMap((part) => part.split(COMMAND)))
}

const COMMAND =
  /(?<=continue with )npx tsx run\.ts --resume|npx tsx run\.ts(?: lab (?:break [\w-]*|faults)$)?|kubectl [^;)\n]*/

/** Of each sentence there has to be a Japanese one, whatever its values are; `before` is what may stand before it. */
export function mustBeInCatalogue(sentences: readonly Sentence[], file: string, before = ''): void {
  const known = CATALOGUE.flatMap((phrases) => Object.keys(phrases))
  const samples = known.map((english) => english.replaceAll(VALUE, 'x'))
  const missing = sentences.filter((parts) => {
    const literal = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    const fits = new RegExp(`^${before}${literal.join('.*')}$`)
    return !samples.some((sample) => fits.test(sample))
  })
  assert.deepEqual(
    missing.map((parts) => parts.join('…')),
    [],
    `add their Japanese to lib/words/ja/${file}`,
  )
}
