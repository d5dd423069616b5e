import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { applyManifest } from '../../../steps/coredns/apply-manifest.ts'
import { acting } from '../../fakes/acting.ts'
import { fakeHost } from '../../fakes/host.ts'
import { KEPT } from '../../fakes/lab-world.ts'
import { withoutEvidence } from '../../fakes/without-evidence.ts'

const PATH = '/state/coredns.yaml'
const TEXT = await readFile(KEPT, 'utf8')
const step = applyManifest({ path: PATH })

function withFile(text: string) {
  return acting({ host: fakeHost({ files: { [PATH]: text } }) })
}

test("the manifest's six objects are planned and applied in their order", async () => {
  const on = withFile(TEXT)
  const check = await step.check(on)
  assert.equal(check.status, 'drifted')
  const names = [
    'serviceaccount/coredns',
    'clusterrole.rbac.authorization.k8s.io/system:coredns',
    'clusterrolebinding.rbac.authorization.k8s.io/system:coredns',
    'configmap/coredns',
    'deployment.apps/coredns',
    'service/kube-dns',
  ]
  assert.deepEqual(
    check.changes.map(({ action, what }) => ({ action, what })),
    names.map((what) => ({ action: 'create', what })),
  )
  await step.apply(on, check.changes)
  assert.deepEqual(
    on.cluster.writes,
    names.map((name) => `apply ${name}`),
  )
  const because = '6 objects live as wanted'
  assert.deepEqual(withoutEvidence(await step.check(on)), { status: 'satisfied', because })
  assert.equal(await step.verify(on), because)
})

test('without the file there is nothing to apply, and the step that makes it is named', async () => {
  const error = {
    name: 'StepError',
    explanation: {
      problem: `${PATH} is not there`,
      remedy: 'npx tsx run.ts --only download-manifest',
    },
  }
  await assert.rejects(step.check(acting()), error)
  await assert.rejects(step.apply(acting(), []), error)
  await assert.rejects(step.verify(acting()), error)
})

test('a Secret in the manifest is refused before anything is written', async () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\n'
  const on = withFile(`${TEXT}---\n${secret}`)
  await assert.rejects(step.apply(on, []), { name: 'StepError' })
  assert.deepEqual(on.cluster.writes, [])
})

test('a file that is no manifest is refused', async () => {
  await assert.rejects(step.check(withFile('<html></html>')), { name: 'StepError' })
})
