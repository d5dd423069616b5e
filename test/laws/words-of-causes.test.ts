import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import ts from 'typescript'
import { familyOf } from '../../lib/diagnosis/failure-pages.ts'
import { RULES } from '../../lib/diagnosis/rank.ts'
import { type Finding, findingsIn } from '../../lib/diagnosis/rule.ts'
import { CATALOGUE, ja } from '../../lib/words/ja/ja.ts'
import { VALUE } from '../../lib/words/say.ts'
import { RECORDED, recorded } from '../diagnosis/evidence.ts'
import { HAND_MADE } from '../diagnosis/hand-made.ts'
import { PROJECT } from '../fakes/lab-world.ts'
import { JAPANESE, mustBeSaid } from './words.ts'

const EVIDENCE = [...RECORDED.map(recorded), ...HAND_MADE.map(({ evidence }) => evidence)]

/** All that the rules find in all that was ever recorded or made up. */
function findings(): readonly Finding[] {
  return EVIDENCE.flatMap((one) => RULES.flatMap(({ find }) => findingsIn(find(one))))
}

test('what a failure is called, what is seen of it, its proof and its cure are there in Japanese', () => {
  const texts = RULES.flatMap(({ name, symptom, proof, cure }) => [name, symptom, proof, cure])
  mustBeSaid(texts, 'failures/')
  mustBeSaid(
    RULES.map(({ code }) => familyOf(code)),
    'failures/',
  )
})

test('every cause that a rule has told is there in Japanese', () => {
  mustBeSaid(
    findings().map(({ cause }) => cause),
    'causes/',
  )
})

test('the Japanese of a cause has the same names and addresses in it', () => {
  const names = /\b(?:causew\d|causem\d|netw\d|\d+(?:\.\d+){3}(?:\/\d+)?)/g
  for (const { cause } of findings()) {
    const named = new Set(cause.match(names))
    assert.deepEqual(new Set(ja(cause).match(names)), named, ja(cause))
  }
})

test('every way in which a rule can tell its cause is there in Japanese', () => {
  const told = globSync('lib/diagnosis/**/*.ts', { cwd: PROJECT }).flatMap(causesIn)
  assert.ok(told.length > 80, 'the rules are read as they are written')
  const known = CATALOGUE.flatMap((phrases) => Object.keys(phrases))
  const samples = known.map((english) => english.replaceAll(VALUE, 'x'))
  const missing = told.filter(({ fits }) => !samples.some((sample) => fits.test(sample)))
  assert.deepEqual(
    missing.map(({ text }) => text),
    [],
    'add its Japanese to lib/words/ja/causes/',
  )
})

test('what a cure says beside its commands is there in Japanese', () => {
  const cures = findings().map(({ cure, on }) => (on === undefined ? cure : `${cure}   # on ${on}`))
  // Beside a command that can be pasted as it is there is nothing to say.
  const wordy = cures.filter((cure) =>
    /(?:; |, or |^)(?:let|then|correct|name|set|take|have|leave|give|remove|of|the|or) | # /.test(
      cure,
    ),
  )
  assert.ok(wordy.length > 40)
  mustBeSaid(wordy, 'causes/cures.ts')
})

test('a cure in Japanese has no English beside its commands, and all commands of the English one', () => {
  for (const { cure } of findings()) {
    const lines = ja(cure).split('\n')
    const remarks = lines.filter((line) => line.startsWith('# '))
    assert.deepEqual(
      remarks.filter((line) => /[a-z] [a-z]+ [a-z]+ [a-z]/.test(line)),
      [],
      cure,
    )
    const commands = lines.filter((line) => !line.startsWith('# '))
    for (const command of commands)
      assert.ok(cure.includes(command) || JAPANESE.test(command), `${cure}\n${command}`)
  }
})

test('what is ruled out is there in Japanese', () => {
  mustBeSaid(
    EVIDENCE.flatMap((one) => RULES.flatMap(({ ruleOut }) => ruleOut?.(one) ?? [])),
    'causes/ruled-out.ts',
  )
})

type Cause = { readonly text: string; readonly fits: RegExp }

/** The sentences that stand behind `cause:` in a file. */
function causesIn(path: string): readonly Cause[] {
  const text = readFileSync(`${PROJECT}${path}`, 'utf8')
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest)
  const found: Cause[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText(file) === 'cause') {
      found.push(...sentencesIn(node.initializer).map(causeOf))
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found.filter((one) => /[a-z] [a-z]/.test(one.text))
}

/** The parts of a sentence between its values: a value may be anything, a place too that a line of a log has before it. */
function causeOf(parts: readonly string[]): Cause {
  const literal = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  const place = '(?:on x |CoreDNS in pod x )?'
  return { text: parts.join('…'), fits: new RegExp(`^${place}${literal.join('.*')}$`) }
}

function sentencesIn(node: ts.Expression): readonly (readonly string[])[] {
  if (ts.isStringLiteralLike(node)) return [[node.text]]
  if (ts.isConditionalExpression(node)) {
    return [node.whenTrue, node.whenFalse].flatMap(sentencesIn)
  }
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return sentencesIn(node.body)
  if (!ts.isTemplateExpression(node)) return []
  return [[node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]]
}
