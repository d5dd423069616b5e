import type { ContainerSeen, PodSeen } from '../../core/look-data.ts'
import {
  dnsOf,
  kubectlAt,
  restartDns,
  workloadAt,
  workloadSubject,
} from '../../evidence/cluster-dns.ts'
import { lastWords, linesOn } from '../../evidence/coredns-log.ts'
import { type Evidence, itemsOf } from '../../evidence/evidence.ts'
import { corednsPods, podSubject, waitingLine } from '../../evidence/pods.ts'
import { editCorefile } from '../corefile-edit/edit-corefile.ts'
import { lineOf } from '../corefile-edit/lines.ts'
import { type Finding, permanent, rule, type Rule, seen } from '../rule.ts'
import { undoRollout } from '../undo-rollout.ts'

/** Killed from outside: by its kubelet, which says why itself, or for its memory. */
const KILLED = [137, 143]
/** What may be otherwise at the next start. */
const PASSING = /timeout|timed out|refused|no route|unreachable|deadline|EOF|temporar|try again/i
/** The kubelet's reasons for a container that never ran, which come with the runtime's words. */
const NEVER_RAN = ['RunContainerError', 'CreateContainerError', 'StartError']

/** The general rule: what ends at its start is explained by its own last words. `isTold`: a specific rule has it. */
export function generalStart(isTold: (e: Evidence) => boolean): Rule {
  return rule('A21', 'server', 'Ends at its start', {
    symptom: 'CoreDNS pods are in CrashLoopBackOff or RunContainerError.',
    proof: 'The last line of its log that is an error, or the container runtime’s own words.',
    cure: 'What that line names: a file, a plugin of the Corefile, an address or a permission.',
    find: (e) =>
      isTold(e) || linesOn(e, 'version').length > 0
        ? null
        : corednsPods(e)
            .filter(({ ready }) => !ready)
            .map((pod) => ofPod(e, pod)),
  })
}

function ofPod(e: Evidence, pod: PodSeen): Finding | null {
  const { container: wanted } = dnsOf(e)
  const container = pod.containers.find(({ name }) => name === wanted) ?? pod.containers[0]
  if (container === undefined) return null
  const said = ofRuntime(pod, container) ?? ofItself(e, pod, container)
  if (said === null) return null
  const { words, evidence } = said
  return (PASSING.test(words) ? seen : permanent)({
    cause: `CoreDNS ends at its start: ${words}`,
    evidence,
    ...cureOf(e, pod, words),
  })
}

type Said = { readonly words: string; readonly evidence: string }

function ofRuntime(pod: PodSeen, container: ContainerSeen): Said | null {
  const { waiting, ended } = container
  const [one] = [waiting, ended].filter(
    (state) => state !== null && NEVER_RAN.includes(state.reason) && state.message !== '',
  )
  if (one == null || /OOM-killed/.test(one.message)) return null
  const words = one.message.replace(/^.*\bdesc = /, '').replace(/: unknown$/, '')
  const waits = { reason: one.reason, message: one.message }
  return { words, evidence: waitingLine({ ...container, waiting: waits, pod }) }
}

function ofItself(e: Evidence, pod: PodSeen, { ended, restarts, waiting }: ContainerSeen) {
  const again = restarts > 0 || waiting?.reason === 'CrashLoopBackOff'
  if (ended === null || ended.exitCode === 0 || KILLED.includes(ended.exitCode) || !again) {
    return null
  }
  const logs = itemsOf(e.logs).filter((log) => log.pod === pod.name)
  for (const { lines } of logs) {
    const words = lastWords(lines)
    if (words !== undefined) return { words, evidence: `pod ${pod.name} logs: ${words}` }
  }
  return null
}

/** By what the words speak of. */
function cureOf(e: Evidence, pod: PodSeen, words: string): Pick<Finding, 'subject' | 'cure'> {
  const workload = (how: string) => ({
    subject: workloadSubject(e),
    cure: undoRollout(e, `${kubectlAt(e)} edit ${workloadAt(e)}; ${how}`),
  })
  const told = oneCommand(e, words)
  if (told !== null) return told
  const plugin = /\bplugin\/([\w-]+)/.exec(words)?.[1]
  if (plugin !== undefined) return editCorefile(e, `correct what the plugin ${plugin} is given`)
  const line = /(\S+:\d+) - /.exec(words)?.[1]
  if (line !== undefined) return editCorefile(e, `correct ${line}`)
  const file = /(?:open|stat|exec:?) "?(\/[^\s":]+)/.exec(words)?.[1]
  if (/permission denied|not permitted/.test(words)) {
    return workload(`let its securityContext allow what is refused${file ? `: ${file}` : ''}`)
  }
  if (/exec format error/.test(words)) {
    return workload('let image be one for the processors of these nodes')
  }
  if (file !== undefined) return workload(`let its command, args and volumes lead to ${file}`)
  const { namespace, name } = pod
  return {
    subject: podSubject(pod),
    cure: `kubectl -n ${namespace} logs ${name} --previous; then correct what its last lines name`,
  }
}

/** Where the words alone tell what to change. */
function oneCommand(e: Evidence, words: string): Pick<Finding, 'subject' | 'cure'> | null {
  if (words.includes('/serviceaccount/token: no such file')) {
    const wanted = { spec: { template: { spec: { automountServiceAccountToken: true } } } }
    const cure = `${kubectlAt(e)} patch ${workloadAt(e)} -p '${JSON.stringify(wanted)}'`
    return { subject: workloadSubject(e), cure }
  }
  const bound = /\blisten \w+ (\S+):\d+: bind: cannot assign/.exec(words)?.[1]
  if (bound !== undefined) {
    const line = lineOf(e, 'bind')
    const how = `take ${bound} out of its plugin bind: no pod has this address; then ${restartDns(e)}`
    return editCorefile(e, how, line === `bind ${bound}` ? { drop: line } : null)
  }
  return null
}
