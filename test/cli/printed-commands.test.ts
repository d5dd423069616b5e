import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { type ActsOn, completed } from '../../lib/cli/hints.ts'
import type { Explanation } from '../../lib/core/errors.ts'
import type { Evidence } from '../../lib/evidence/evidence.ts'
import { explainBy } from '../../lib/diagnosis/explain.ts'
import { RECORDED, recorded } from '../diagnosis/evidence.ts'
import { HAND_MADE } from '../diagnosis/hand-made.ts'
import { PROJECT } from '../fakes/lab-world.ts'

const PROGRAM = "npx tsx run.ts --inventory 'my labs/x.yaml'"
const LAB: ActsOn = { program: PROGRAM, kubectl: `${PROGRAM} lab kubectl` }
const CLUSTER: ActsOn = { program: PROGRAM, kubectl: "kubectl --kubeconfig '/my k' --context c" }

/** What is left in a text that acts on something else than the run, or on nothing. */
function incomplete(text: string, { program, kubectl = '' }: ActsOn): readonly string[] {
  const rest = text.replaceAll(kubectl, '').replaceAll(program, '')
  return rest.match(/(?:npx tsx run\.ts|\bkubectl (?!config\b)).{0,40}/g) ?? []
}

function commandsOf({ remedy, verdict, further = [], more = '' }: Explanation): string {
  return [remedy, more, verdict?.cure ?? '', ...further.map(({ cure }) => cure)].join('\n')
}

const own = { problem: 'p', remedy: 'npx tsx run.ts verify; kubectl get nodes' }
const ALL: readonly (readonly [string, Evidence])[] = [
  ...RECORDED.map((name) => [name, recorded(name)] as const),
  ...HAND_MADE.map(({ code, what, evidence }) => [`${code} ${what}`, evidence] as const),
]

for (const [name, evidence] of ALL) {
  test(`all commands for ${name} act on the target of the run`, () => {
    for (const [target, on] of [['lab', LAB] as const, ['cluster', CLUSTER] as const]) {
      const here = { ...evidence, wanted: { ...evidence.wanted, target } }
      const text = commandsOf(completed(explainBy(here, own), on))
      assert.deepEqual(incomplete(text, on), [], text)
      assert.equal(completed({ problem: '', remedy: text }, on).remedy, text, 'completed once')
    }
  })
}

/** Words after kubectl that make it no command to paste. */
const PROSE = /^(?:config|etcd containerd|refuses|\[arguments|prints|doing)/

test('each command of kubectl in a source text is one that is completed', async () => {
  for (const folder of ['lib', 'steps']) {
    for (const file of await readdir(PROJECT + folder, { recursive: true })) {
      if (!file.endsWith('.ts')) continue
      const source = await readFile(`${PROJECT}${folder}/${file}`, 'utf8')
      const code = source.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '')
      for (const [, words = ''] of code.matchAll(/(?<![/\w-])kubectl ([a-z[-][^'`]*)/g)) {
        if (PROSE.test(words) || words.startsWith('--kubeconfig')) continue
        const remedy = `kubectl ${words}`
        assert.deepEqual(
          incomplete(completed({ problem: '', remedy }, CLUSTER).remedy, CLUSTER),
          [],
          `${file}: ${remedy}`,
        )
      }
    }
  }
})
