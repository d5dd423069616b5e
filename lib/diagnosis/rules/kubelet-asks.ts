import type { PodSeen } from '../../core/look-data.ts'
import { isOpen, pluginsOf } from '../../corefile/plugins.ts'
import { restartDns } from '../../evidence/cluster-dns.ts'
import { type Evidence, valueOf } from '../../evidence/evidence.ts'
import { corednsPods, podSubject, warningsOf } from '../../evidence/pods.ts'
import type { Edit } from '../corefile-edit/edit.ts'
import { editCorefile } from '../corefile-edit/edit-corefile.ts'
import { insertedBefore } from '../corefile-edit/edits.ts'
import { lineOf } from '../corefile-edit/lines.ts'
import { unlessRewritten } from '../mended.ts'
import { type Finding, inferred, permanent, rule, type Rule } from '../rule.ts'

/** What kubelets ask CoreDNS, and get no answer to. */
export const kubeletAskRules: readonly Rule[] = [
  rule('A20', 'pods', 'Liveness probe fails', {
    symptom: 'CoreDNS restarts again and again, though it writes no error.',
    proof: 'It restarts, and the kubelet warns that its liveness probe failed.',
    cure: 'Let the host reach its own pods, and give it processor time for them.',
    find: (e) =>
      failedProbes(e, 'Liveness').map(({ pod, message }) => {
        if (!pod.containers.some(({ restarts }) => restarts > 0)) return null
        const told = { evidence: `pod ${pod.name}: ${message}`, subject: podSubject(pod) }
        const again = `the kubelet on ${pod.node ?? ''} starts CoreDNS again and again`
        // A refusal is an answer: the pod was reached.
        if (/: connect: connection refused$/.test(message)) {
          const cause = `${again}, as nothing listens where it asks whether it lives`
          return inferred({ cause, ...told, cure: restartDns(e) })
        }
        return inferred({
          cause: `${again}, as it gets no answer from it: the host does not reach its own pods, or has no processor time for them`,
          ...told,
          cure: 'ip addr show cnio0; iptables -S INPUT; uptime',
          on: pod.node ?? '',
        })
      }),
  }),
  rule('C19', 'server', 'Probed port not served', {
    symptom: 'CoreDNS runs and never becomes ready, or is started again every two minutes.',
    proof:
      'The kubelet warns that its probe was refused, and the Corefile has no plugin for that port.',
    cure: 'Give the Corefile the plugin ready, or health, on the port that is probed.',
    find: (e) =>
      [...failedProbes(e, 'Readiness'), ...failedProbes(e, 'Liveness')].map((one) =>
        notServed(e, one),
      ),
  }),
]

/** A kubelet's warning that CoreDNS did not answer as it should. */
type FailedProbe = { readonly pod: PodSeen; readonly message: string }

/** The last one of each pod that is not ready. */
function failedProbes(e: Evidence, kind: 'Liveness' | 'Readiness'): readonly FailedProbe[] {
  return corednsPods(e).flatMap((pod) => {
    const all = pod.ready ? [] : warningsOf(e, pod)
    const last = all.find(({ message }) => message.startsWith(`${kind} probe failed: `))
    return last === undefined ? [] : [{ pod, message: last.message }]
  })
}

/** Where a plugin listens that is given no place (plugin/health and plugin/ready of CoreDNS). */
const PORTS: Readonly<Record<string, string>> = { health: '8080', ready: '8181' }

/** Every CoreDNS refuses before it listens: it is this only where its Corefile has nothing for that port. */
function notServed(e: Evidence, { pod, message }: FailedProbe): Finding | null {
  const corefile = valueOf(e.corefile) ?? ''
  const asked = /\bGet "?http:\/\/\S+:(\d+)\/(health|ready)\b.*: connect: connection refused$/.exec(
    message,
  )
  const [, port = '', plugin = ''] = asked ?? []
  const places = pluginsOf(corefile)
    .filter(({ name }) => name === plugin)
    .map(({ args }) => args[0] ?? `:${PORTS[plugin] ?? ''}`)
  const listens = places.some((one) => isOpenTo(one, port))
  if (asked === null || corefile === '' || isOpen(corefile) || listens) return null
  const [place] = places
  const has = place === undefined ? `no plugin ${plugin}` : `its plugin ${plugin} on ${place}`
  const wanted = port === PORTS[plugin] ? plugin : `${plugin} :${port}`
  const finding = permanent({
    cause: `the kubelet on ${pod.node ?? ''} asks CoreDNS for /${plugin} on port ${port}, where nobody listens: the Corefile has ${has}`,
    evidence: `pod ${pod.name}: ${message}`,
    ...editCorefile(e, `let it have the line ${wanted}`, served(e, plugin, wanted)),
  })
  return unlessRewritten(e, pod.name, finding)
}

/** By a place as the plugins take it: `:8181`, `localhost:8080`. */
function isOpenTo(place: string, port: string): boolean {
  return place.endsWith(`:${port}`) && !/^(?:localhost|127\.|\[::1\])/.test(place)
}

function served(e: Evidence, plugin: string, wanted: string): Edit | null {
  const line = lineOf(e, plugin)
  if (line === undefined) return insertedBefore(e, 'kubernetes', wanted)
  return { line, becomes: line.endsWith('{') ? `${wanted} {` : wanted }
}
