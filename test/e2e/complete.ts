import assert from 'node:assert/strict'
import type { Explanation } from '../../lib/core/errors.ts'
import type { Event } from '../../lib/ports/events.ts'
import type { Ended } from './program.ts'

/** A command of this program that names no inventory; what another shell makes of `prove --rbac` needs none, nor does the cache. */
const BARE = /npx tsx run\.ts\b(?! (?:--\w+ \S+ )*--inventory )(?! prove --rbac| cache\b).{0,40}/g

/** kubectl for whatever cluster is the current one; the roles that an admin makes need another kubeconfig. */
const ANY_CLUSTER =
  /(?<!\blab )\bkubectl (?!--kubeconfig |config\b|create (?:cluster)?role(?:binding)? hardway-)(?=-n\b|[a-z]+ ).{0,40}/g

/** The law over all that is ever printed: each command acts on what the run acted on, whatever the run was about. */
export function mustBeComplete(args: readonly string[], ended: Ended): Ended {
  if (!args.includes('--inventory') || args.includes('--help')) return ended
  const bare = (ended.stdout + ended.stderr).match(BARE) ?? []
  const anyCluster = ended.events.flatMap(advice).flatMap((text) => text.match(ANY_CLUSTER) ?? [])
  assert.deepEqual([...bare, ...anyCluster], [], `run.ts ${args.join(' ')}`)
  return ended
}

/** All of an event that is to be pasted. */
function advice(event: Event): readonly string[] {
  if (event.type === 'run-ended') return [...event.notes, ...curesOf(event.error)]
  if (event.type === 'step-failed' || event.type === 'step-planned')
    return curesOf(event.explanation)
  return []
}

function curesOf(told: Explanation | undefined): readonly string[] {
  if (told === undefined) return []
  const { remedy, more = '', verdict, further = [] } = told
  return [remedy, more, verdict?.cure ?? '', ...further.map(({ cure }) => cure)]
}
