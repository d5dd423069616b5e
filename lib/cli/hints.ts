import type { Event } from '../ports/events.ts'
import { defined } from '../core/defined.ts'
import type { Cause, Explanation } from '../core/errors.ts'
import { isCommand, quoted } from '../core/shell.ts'

/** How a user starts this program. */
export const PROGRAM = 'npx tsx run.ts'

/** What the commands in remedies act on; rules and steps write them without. */
export type ActsOn = {
  /** The program with the inventory of this run. */
  readonly program: string
  /** Does the rest of what was asked for; left out where nothing was begun. */
  readonly resume?: string
  /** Shell commands that make that inventory, where this run was given none. */
  readonly before?: string
  /** kubectl for the target: `kubectl --kubeconfig F --context C`; left out where there is no target yet. */
  readonly kubectl?: string
  /** The hosts of a lab, which only this program enters; their names, and `each worker`, `each controller`. */
  readonly hosts?: Readonly<Record<string, readonly string[]>>
}

/** All that kubectl can do with a cluster (`kubectl config` concerns files); the roles that an admin is to make need another kubeconfig. */
const KUBECTL =
  /(?<!\blab )\bkubectl (?=(?:-n|-A|--namespace|annotate|api-resources|api-versions|apply|attach|auth|autoscale|certificate|cluster-info|cordon|cp|create(?! (?:cluster)?role(?:binding)? hardway-)|debug|delete|describe|diff|drain|edit|events|exec|explain|expose|get|label|logs|patch|port-forward|proxy|replace|rollout|run|scale|set|taint|top|uncordon|version|wait)\b)/g

/** Steps know how to go on, but not what was asked for. */
const GO_ON = /(?<=\b(?:continue with|Then:) )npx tsx run\.ts --resume\b/g

const BARE_PROGRAM = /\bnpx tsx run\.ts\b(?! --(?:inventory|edition|lang) )/g

/** How a remedy says where it is to be typed. */
const ON_HOST = /^(.*?) {2,}# on (.+)$/

/** Where commands for a host go over into those for the cluster, which are typed here. */
const HERE = new RegExp(String.raw`(?:; | && )(?=npx tsx run\.ts\b|${KUBECTL.source})`)

/** The explanation, its commands complete: pasted, they act on what this run acted on. */
export function completed(explanation: Explanation, on: ActsOn): Explanation {
  const { remedy, verdict, further } = explanation
  const cause = (told: Cause): Cause => ({ ...told, cure: textFor(told.cure, on) })
  return {
    ...explanation,
    remedy: textFor(remedy, on),
    ...defined({
      verdict: verdict && cause(verdict),
      further: further?.map(cause),
      more: verdict && `${on.before === undefined ? on.program : PROGRAM} explain ${verdict.code}`,
    }),
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
  if (event.type !== 'run-ended') return event
  const { error, notes } = event
  return {
    ...event,
    notes: notes.map((note) => textFor(note, on)),
    ...defined({ error: error && completed(error, on) }),
  }
}

function textFor(text: string, on: ActsOn): string {
  const { program, resume, before, kubectl } = on
  const given = text.split('\n').map((line) => onHosts(line, on))
  let complete = given.join('\n').replaceAll(GO_ON, (bare) => resume ?? bare)
  complete = complete.replaceAll(BARE_PROGRAM, () => program)
  if (before !== undefined) complete = complete.replace(program, () => `${before}; ${program}`)
  return kubectl === undefined ? complete : complete.replaceAll(KUBECTL, () => `${kubectl} `)
}

/** `ip route   # on w0` for a lab: `npx tsx run.ts lab shell w0 ip route`; what is behind the commands stays. */
function onHosts(line: string, { program, hosts }: ActsOn): string {
  const [, whole = '', on = ''] = ON_HOST.exec(line) ?? []
  const text = whole.slice(0, HERE.exec(whole)?.index)
  const names = hosts?.[on] ?? on.split(', ').filter((name) => name in (hosts ?? {}))
  const [host, ...others] = names
  if (host === undefined || !isCommand(text)) return line
  const parts = text.split('; ')
  const prose = parts.findIndex((part) => !isCommand(part))
  const end = prose < 0 ? parts.length : prose
  const commands = parts.slice(0, end).join('; ')
  const argv = /[^\w@%+=:,./ -]/.test(commands) ? `-- sh -c ${quoted(commands)}` : `-- ${commands}`
  const pasted =
    others.length === 0
      ? `${program} lab shell ${host} ${argv}`
      : `for host in ${names.join(' ')}; do ${program} lab shell $host ${argv}; done`
  return [pasted, ...parts.slice(end)].join('; ') + whole.slice(text.length)
}
