import type { Event } from '../ports/events.ts'
import { defined } from '../core/defined.ts'
import type { Cause, Explanation } from '../core/errors.ts'

/** How a user starts this program. */
export const PROGRAM = 'npx tsx run.ts'

/** What the commands in remedies act on; rules and steps write them without. */
export type ActsOn = {
  /** The program with the inventory of this run. */
  readonly program: string
  /** Options of kubectl that lead to the target: `--kubeconfig F --context C`; left out for a lab. */
  readonly kubectl?: string
}

/** Commands of kubectl that remedies name, written without a kubeconfig; rights are granted by an admin, with another one. */
const KUBECTL =
  /\bkubectl (?=(?:-n|auth|certificate|create(?! (?:cluster)?role)|delete|describe|edit|exec|get|label|logs|patch|replace|rollout|scale|set|taint|uncordon|version)\b)/g

const BARE_PROGRAM = /\bnpx tsx run\.ts\b(?! --inventory)/g

/** The explanation, its commands complete: pasted, they act on what this run acted on. */
export function completed(explanation: Explanation, on: ActsOn): Explanation {
  const { remedy, verdict, further } = explanation
  const cause = (told: Cause): Cause => ({ ...told, cure: textFor(told.cure, on) })
  return {
    ...explanation,
    remedy: textFor(remedy, on),
    ...defined({ verdict: verdict && cause(verdict), further: further?.map(cause) }),
  }
}

/** The event, likewise. */
export function completedEvent(event: Event, on: ActsOn): Event {
  if (event.type === 'step-failed') {
    return { ...event, explanation: completed(event.explanation, on) }
  }
  if (event.type === 'step-planned' && event.explanation !== undefined) {
    return { ...event, explanation: completed(event.explanation, on) }
  }
  if (event.type !== 'run-ended' || event.error === undefined) return event
  return { ...event, error: completed(event.error, on) }
}

function textFor(text: string, { program, kubectl }: ActsOn): string {
  const complete = text.replaceAll(BARE_PROGRAM, () => program)
  return kubectl === undefined
    ? complete
    : complete.replaceAll(KUBECTL, (command) => `${command}${kubectl} `)
}
