import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Case, CASES } from './cases.ts'
import { prove } from './dns-cluster.ts'
import { assertCode, ofType } from './events.ts'
import { inventory } from './inventory.ts'
import { kubectl, withTheChapter } from './lab.ts'
import { noLab } from './no-lab.ts'
import { type Ended, paste, run } from './program.ts'
import { eventually } from './wait.ts'

/** Cases from public reports, each put on, told, and cured by what is printed. */
const skip = noLab
const FILE = inventory({ size: '1+2' })

withTheChapter(FILE)

for (const one of CASES) {
  test(`${one.name} (${one.asked})`, { skip }, async () => {
    let [cured, asBefore] = [false, false]
    try {
      await one.put(FILE)
      const verdict = firstVerdict(await look(one))
      assert.equal(verdict.code, one.code, JSON.stringify(verdict))
      const told = [verdict.cause, verdict.evidence, verdict.cure].join('\n')
      for (const name of one.names) assert.match(told, name)
      assertCode(await paste(verdict.cure), 0)
      cured = true
      await rolledOut()
      if (one.heals) await eventually('it is healed', async () => (await look(one)).code === 0)
      assertCode(await look(one), 0)
      asBefore = one.asked === 'verify'
    } finally {
      await one.off?.().catch((error: unknown) => {
        if (cured) throw error
      })
      // What is proven by other steps than the chapter's may differ from the manifest.
      if (!asBefore)
        assertCode(await run(['--on-conflict', 'adopt', '--json', '--inventory', FILE]), 0)
    }
  })
}

function look({ asked }: Case): Promise<Ended> {
  return asked === 'prove' ? prove() : run(['verify', '--json', '--inventory', FILE])
}

function firstVerdict(ended: Ended) {
  const verdict = ofType(ended, 'step-failed').find(({ explanation }) => explanation.verdict)
    ?.explanation.verdict
  assert.ok(verdict, `${ended.stderr}\n${ended.stdout.slice(-3000)}`)
  return verdict
}

/** A new start takes effect once the pods before it are gone. */
async function rolledOut(): Promise<void> {
  const of = ['-n', 'kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=60s']
  await kubectl(of)
}
