import type { MatrixCell } from '../../core/look-data.ts'
import { type Listening, listeningFor } from '../../corefile/listening.ts'
import { isOpen, plainZone } from '../../corefile/plugins.ts'
import { corefileText } from '../../evidence/corefile-text.ts'
import { kubectlAt, restartDns } from '../../evidence/cluster-dns.ts'
import { type Evidence, type ServiceSeen, valueOf } from '../../evidence/evidence.ts'
import { corednsPods } from '../../evidence/pods.ts'
import { dnsService } from '../../evidence/serving.ts'
import { editCorefile } from '../corefile-edit/edit-corefile.ts'
import { lineOf, linesOf, onlyLine } from '../corefile-edit/lines.ts'
import { type Finding, permanent, rule, type Rule } from '../rule.ts'

/** Where CoreDNS listens, and where it is asked. */
export const targetPortRules: readonly Rule[] = [
  rule('D21', 'service', 'Service leads to another port', {
    symptom: 'Lookups are refused from everywhere, while the CoreDNS pods are ready.',
    proof:
      'Connections to the Service are refused, and its targetPort is none at which the Corefile has CoreDNS listen.',
    cure: 'Let targetPort be the port that the Corefile names, and bind no address that only the pod itself reaches.',
    find: (e) => {
      const corefile = corefileText(e)
      const listening = listeningFor(corefile, plainZone(e.wanted.domain))
      const service = dnsService(e)
      if (service === undefined || listening === null || isOpen(corefile) || !isRefused(e)) {
        return null
      }
      return listening.loopback ? onlyItself(e) : otherPort(e, service, listening)
    },
  }),
]

/** Of what was asked through the Service nothing was answered, and the system said why. */
function isRefused(e: Evidence): boolean {
  const cells = (valueOf(e.matrix)?.cells ?? []).filter(({ target }) => target.kind === 'service')
  const refused = ({ errors = [] }: MatrixCell): boolean => errors.includes('connection refused')
  if (cells.length > 0) return cells.some(refused) && cells.every(({ answered }) => answered === 0)
  return e.failure.seen.some((line) => /: connection refused$/i.test(line))
}

function otherPort(e: Evidence, service: ServiceSeen, { ports }: Listening): Finding | null {
  const [port] = ports
  const wrong = service.ports.flatMap((one, i) => {
    if (one.port !== 53 || ports.includes(numberOf(e, one.targetPort))) return []
    return [{ i, targetPort: one.targetPort }]
  })
  const [first] = wrong
  if (first === undefined || port === undefined) return null
  const patch = wrong.map(({ i }) => {
    return { op: 'replace', path: `/spec/ports/${String(i)}/targetPort`, value: port }
  })
  const { name } = service
  const told = {
    cause: `service ${name} leads to port ${first.targetPort} of the CoreDNS pods, and CoreDNS listens on ${ports.join(' and ')}`,
    evidence: `service ${name}: targetPort ${first.targetPort}; Corefile: port ${ports.join(', ')}`,
  }
  const to = numberOf(e, first.targetPort)
  // Of the two the one that is not as everywhere.
  if (to === 53) return permanent({ ...told, ...otherHeader(e, port, to) })
  return permanent({
    ...told,
    subject: `service/${name}`,
    cure: `${kubectlAt(e)} patch service ${name} --type=json -p '${JSON.stringify(patch)}'`,
  })
}

function otherHeader(e: Evidence, from: number, to: number) {
  const of = `:${String(from)}`
  const line = onlyLine(linesOf(e), (one) => one.endsWith(`${of} {`))
  return editCorefile(
    e,
    `let its server blocks have :${String(to)} in place of ${of}; then ${restartDns(e)}`,
    line === undefined ? null : { line, becomes: line.replaceAll(of, `:${String(to)}`) },
  )
}

/** A port by its name is that of a container; of a name that none has, NaN. */
function numberOf(e: Evidence, port: string): number {
  const named = corednsPods(e).flatMap(({ containers }) =>
    containers.flatMap(({ ports }) => ports?.[port] ?? []),
  )
  return named[0] ?? Number(port)
}

function onlyItself(e: Evidence): Finding {
  const line = lineOf(e, 'bind')
  return permanent({
    cause: 'CoreDNS listens only for its own pod: the Corefile binds it to an address of loopback',
    evidence: `Corefile: ${line ?? 'bind'}`,
    ...editCorefile(
      e,
      `take the line bind out; then ${restartDns(e)}`,
      line === undefined ? null : { drop: line },
    ),
  })
}
