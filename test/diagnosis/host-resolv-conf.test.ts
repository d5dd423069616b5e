import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rank } from '../../lib/diagnosis/rank.ts'
import { itemsOf } from '../../lib/evidence/evidence.ts'
import { but, corednsPods, failing, HEALTHY } from './evidence.ts'

const FILE = '/run/systemd/resolve/resolv.conf'
/** As all kubelets of the lab name a file that is not there. */
const LACKING = {
  kubelets: { found: itemsOf(HEALTHY.kubelets).map((one) => ({ ...one, lacks: FILE })) },
}

test('a resolv.conf that is not there, and that a pod waits for, is not waited for', () => {
  const starting = but({ ...LACKING, ...corednsPods({ ready: false }) })
  const [found] = rank(failing('coredns-pods', starting)).verdicts
  assert.deepEqual([found?.code, found?.permanent], ['F4', true])
  assert.match(
    found?.cause ?? '',
    /^on causew\d there is no \/run\/systemd\/resolve\/resolv\.conf, /,
  )
})

test('while all pods run it harms nobody', () => {
  assert.deepEqual(rank(failing('coredns-pods', but(LACKING))).verdicts, [])
})
