import { messageOf } from '../core/errors.ts'
import type { Channel, Evidence, FailureSeen } from '../evidence/evidence.ts'
import { LAYERS } from '../core/layers.ts'
import type { Result } from '../engine/setup.ts'
import { newFile } from '../state/new-file.ts'
import { withoutSecrets } from '../view/clean.ts'
import { VERSION } from './project.ts'

/** Keeps the evidence of a `verify` in a file, for a report or as a fixture of the rules' tests. */
type EvidenceFile = {
  /** The last one counts: the later a step, the more it has measured. */
  readonly take: (evidence: Evidence) => void
  /** Writes it; where nothing had failed, what `gather` finds now. Returns what to say of that. */
  write(ended: Result, gather: (failure: FailureSeen) => Promise<Evidence>): Promise<string>
}

/** Throws InputError where the file is there already. */
export async function evidenceFile(path: string): Promise<EvidenceFile> {
  const file = newFile(path, { what: 'evidence', option: '--evidence' })
  await file.mustBeFree()
  let taken: Evidence | undefined
  return {
    take(evidence) {
      taken = evidence
    },
    async write({ error }, gather) {
      const problem = error === undefined ? 'nothing has failed' : messageOf(error)
      const failure = { step: 'verify', touches: LAYERS, examines: [], problem, seen: [] }
      const evidence = taken ?? (await gather(failure))
      await file.write(evidenceText(evidence))
      return `${path} has the evidence: ${contents(evidence)}; secrets masked, names and addresses not`
    },
  }
}

/** As the fixtures of the rules' tests have it. */
export function evidenceText(evidence: Evidence): string {
  return `${JSON.stringify(withoutSecrets({ program: VERSION, ...evidence }), null, 2)}\n`
}

function contents({ failure, wanted: _, ...channels }: Evidence): string {
  const names = Object.keys(channels) as readonly Channel[]
  const found = names.filter((name) => 'found' in channels[name])
  const dark = names.length - found.length
  const rest = dark === 0 ? '' : `; ${dark} more could not be looked at`
  return `${failure.problem} (${failure.step}), ${found.join(', ')}${rest}`
}
