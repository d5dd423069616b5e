import assert from 'node:assert/strict'
import { test } from 'node:test'
import ts from 'typescript'
import { familyOf, INTRODUCTION } from '../../lib/diagnosis/failure-pages.ts'
import { RULES } from '../../lib/diagnosis/rank.ts'
import { type Finding, findingsIn } from '../../lib/diagnosis/rule.ts'
import { FAILURES, ja } from '../../lib/words/ja/ja.ts'
import { RECORDED, recorded } from '../diagnosis/evidence.ts'
import { ENDPOINTS } from '../diagnosis/hand-made-endpoints.ts'
import { STRANGERS } from '../diagnosis/hand-made-strangers.ts'
import { HAND_MADE } from '../diagnosis/hand-made.ts'
import { JAPANESE, mustBeInCatalogue, mustBeSaid, mustBeUsed, sentencesIn } from './words.ts'

const MADE = [...HAND_MADE, ...ENDPOINTS, ...STRANGERS]
const EVIDENCE = [...RECORDED.map(recorded), ...MADE.map(({ evidence }) => evidence)]

/** All that the rules find in all that was ever recorded or made up. */
function findings(): readonly Finding[] {
  return EVIDENCE.flatMap((one) => RULES.flatMap(({ find }) => findingsIn(find(one))))
}

test('what a failure is called, what is seen of it, its proof and its cure are there in Japanese', () => {
  const rules = RULES.flatMap(({ code, name, symptom, proof, cure }) => [
    ...[name, symptom, proof, cure],
    familyOf(code),
  ])
  const texts = [INTRODUCTION, ...rules]
  mustBeSaid(texts, 'failures/')
  for (const phrases of FAILURES) mustBeUsed(phrases, texts, 'failures/')
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
  const told = sentencesIn('lib/diagnosis/**/*.ts', (node, file) =>
    ts.isPropertyAssignment(node) && node.name.getText(file) === 'cause' ? node.initializer : null,
  )
  assert.ok(told.length > 80, 'the rules are read as they are written')
  // What a line of a log tells has its place before it.
  const places = '(?:on x |CoreDNS in pod x )?'
  mustBeInCatalogue(told, 'causes/', places)
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
