import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ja } from '../../lib/words/ja/ja.ts'
import { saidInParts, sayBy } from '../../lib/words/say.ts'

const say = sayBy({
  done: '完了',
  'a route': '経路',
  '{host} has no route to {range}': '{host}には{range}への経路がありません',
  '{host} is missing {what…}': '{host}に{what…}がありません',
  '{host} is missing {what…}, as it restarts': '{host}は再起動中で、{what…}がありません',
  'what? (a+b) [c]': '何?',
})

test('a text is said as a whole, and one that is not known stays as it is', () => {
  assert.equal(say('done'), '完了')
  assert.equal(say('done by hand'), 'done by hand')
  assert.equal(say('constructor'), 'constructor')
  assert.equal(say('what? (a+b) [c]'), '何?')
})

test('values stand where the language has them, to the letter, also what a replacement would take for a sign', () => {
  const said = say('w$&0 has no route to 10.200.1.0/24')
  assert.equal(said, 'w$&0には10.200.1.0/24への経路がありません')
})

test('a value of one word fits no more than that', () => {
  assert.equal(say('the host w0 has no route to it'), 'the host w0 has no route to it')
})

test('a value that is a text is itself said where it is known', () => {
  assert.equal(say('w0 is missing a route'), 'w0に経路がありません')
  assert.equal(say('w0 is missing some\nlines'), 'w0にsome\nlinesがありません')
})

test('of several that fit the one with most letters of its own counts', () => {
  assert.equal(say('w0 is missing a route, as it restarts'), 'w0は再起動中で、経路がありません')
})

test('where a cure is to be typed holds for all of it', () => {
  const cures = sayBy({
    '{cure…}   # on {host}': '# {host}で\n{cure…}',
    '{command…}; look at it, then {next…}': '{command…}\n# 確認\n{next…}',
  })
  assert.equal(cures('ls; look at it, then rm x   # on w0'), '# w0で\nls\n# 確認\nrm x')
})

test('several things in one line are said each; what is not known at all stays as it is', () => {
  const proofs = {
    'f87qf on w0 10.200.0.6, hfdtn on w1 10.200.1.7':
      'w0のf87qf（10.200.0.6）、w1のhfdtn（10.200.1.7）',
    'f87qf on w0 10.200.0.6; f87qf was restarted 2 times':
      'w0のf87qf（10.200.0.6）; f87qfは2回再起動した',
    '1 of 2 ready; pod coredns-x on w0 ContainerCreating':
      '2個中1個がReady; w0のPod coredns-x: ContainerCreating',
    'w0, w1 ready': 'w0, w1がReady',
    'nameserver 10.32.0.10, search a b, ndots 5': 'nameserver 10.32.0.10, search a b, ndots 5',
  }
  for (const [english, japanese] of Object.entries(proofs)) {
    assert.equal(saidInParts(english, ja), japanese)
  }
})
