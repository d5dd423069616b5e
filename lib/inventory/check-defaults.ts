import { at, type Json } from '../core/json.ts'
import { CHAPTER } from './chapter.ts'
import { fillDefaults, HOSTS_FIT } from './defaults.ts'
import type { Draft } from './draft.ts'
import type { ProblemAt } from './problem.ts'

/** What may not be left out, as its default does not go with what `given` says instead. */
export function* checkDefaults(given: Json, draft: Draft): Generator<ProblemAt> {
  yield* sumOfOtherManifest(given)
  yield* hostsThatDoNotFit(given, draft)
}

function* sumOfOtherManifest(given: Json): Generator<ProblemAt> {
  const url = at(given, 'manifest', 'url')
  if (typeof url !== 'string' || url === CHAPTER.manifest.url) return
  if (at(given, 'manifest', 'sha256') !== undefined) return
  yield {
    path: ['manifest', 'url'],
    problem: 'manifest.sha256 is missing, and a different url has a different sum',
    remedy: 'read that manifest, then add sha256: with what sha256sum prints of it',
  }
}

function* hostsThatDoNotFit(given: Json, draft: Draft): Generator<ProblemAt> {
  const { target, network, podCIDR } = draft
  if (target !== 'lab' || network === null || podCIDR === null) return
  const filled = fillDefaults(given)
  const lacks = ['controllers', 'workers'].filter((key) => at(filled, 'lab', key) === undefined)
  if (lacks.length === 0) return
  const missing = lacks.map((key) => `lab.${key}`).join(' and ')
  const narrow = network.value.prefix > HOSTS_FIT ? network : podCIDR
  yield {
    path: narrow.path,
    problem: `${missing} ${lacks.length === 1 ? 'is' : 'are'} missing, and ${narrow.text} is too small for the default`,
    remedy: `list ${missing}, or take a larger network`,
  }
}
