import type { JsonObject } from '../../core/json.ts'
import { forwardTargets, plainZone } from '../../corefile/plugins.ts'
import {
  corefileAt,
  dnsOf,
  kubectlAt,
  restartDns,
  workloadAt,
  workloadSubject,
} from '../../evidence/cluster-dns.ts'
import { ended, inLog } from '../../evidence/coredns-log.ts'
import { type Evidence, valueOf } from '../../evidence/evidence.ts'
import type { Edit } from '../corefile-edit/edit.ts'
import { editCorefile } from '../corefile-edit/edit-corefile.ts'
import { oneZone, onlyOnce, withoutTarget } from '../corefile-edit/edits.ts'
import { lineOf } from '../corefile-edit/lines.ts'
import { ruleOfLines } from '../line-rule.ts'
import { corednsPods } from '../../evidence/pods.ts'
import { unlessRewritten } from '../mended.ts'
import { findingsIn, type Rule } from '../rule.ts'
import { undoRollout } from '../undo-rollout.ts'
import { generalStart } from './last-words.ts'

const CRASHES = 'CoreDNS pods are in CrashLoopBackOff.'

const ofLine = ruleOfLines('server', {
  lines: (e) =>
    ended(e, 'start').map((line) => ({
      text: line.text,
      gives: { evidence: inLog(line), permanent: true },
    })),
})

/** What was said of a Corefile that was changed since may be mended. */
const lastWord: typeof ofLine = (...described) => {
  const { find, ...own } = ofLine(...described)
  return {
    ...own,
    find: (e) => {
      const [line] = ended(e, 'start')
      return findingsIn(find(e)).map((one) => unlessRewritten(e, line?.pod ?? '', one))
    },
  }
}

/** Of plugin/forward: up to 1.13 a target may not be a name; since then it is looked up (resolve.go of 1.14.6). */
const UNUSABLE =
  /^plugin\/(\w+): ((?:not an IP address[^:]*:|failed to resolve|no addresses found for) "?([^":]*)"?.*)$/

/** Of A and C what ends CoreDNS at its start, by its last words. */
const known: readonly Rule[] = [
  lastWord('C4', 'Zone served twice', {
    symptom: CRASHES,
    proof: 'The last line of its log is `cannot serve …`, with the zone.',
    cure: 'Leave only one server block for each zone and port.',
    words: /^(cannot serve .*)$/,
    finding: (text) => ({
      cause: `two server blocks of the Corefile serve the same zone: ${text}`,
      ...corefileToEdit((e) => `${mergeBlocks(e, text)}; then ${restartDns(e)}`),
    }),
  }),
  lastWord('C13', 'Forward target not usable', {
    symptom: CRASHES,
    proof:
      'The last line of its log is `not an IP address or file`, or `failed to resolve`, with the target.',
    cure: 'Let forward name an address, or a file that has servers: of a name older servers know nothing, and newer ones look it up by others as they start.',
    words: UNUSABLE,
    finding: (plugin, text, target) => ({
      cause: `the Corefile's ${plugin} is to ask ${target}, ${text.startsWith('not') ? 'which is no address and no file that is there' : 'a name that CoreDNS cannot look up as it starts'}: ${text}`,
      ...corefileToEdit(
        (e) => `let ${plugin} name an address; then ${restartDns(e)}`,
        (e) => withoutTarget(e, plugin, target),
      ),
    }),
  }),
  lastWord('C14', 'No server to forward to', {
    symptom: `${CRASHES} CoreDNS 1.6 runs, and answers SERVFAIL for names of other domains.`,
    proof: 'The last line of its log is `no nameservers found`.',
    cure: 'Let resolvConf of the kubelet name a file that has servers, or forward name an address.',
    words: /^plugin\/(\w+): ((?:no nameservers|must specify at least one).*)$/,
    finding: (plugin, text) => ({
      cause: (e) =>
        `the Corefile's ${plugin} has no server to ask: ${forwardFile(e)} in the pods names none (${text})`,
      ...corefileToEdit(
        (e) =>
          `let ${plugin} name an address, or let resolvConf of the kubelet on ${corednsPods(e)[0]?.node ?? 'its worker'} name a file with servers, such as /run/systemd/resolve/resolv.conf; then ${restartDns(e)}`,
        (e) => {
          const line = lineOf(e, plugin)
          return line === undefined ? null : { drop: line }
        },
      ),
    }),
  }),
  lastWord('C15', 'Corefile not mounted', {
    symptom: CRASHES,
    proof: 'The last line of its log is `loading Caddyfile …: open …`, with the path.',
    cure: 'Let the argument -conf, the volume’s items and its mountPath name the same file.',
    words: /^loading Caddyfile .*?: (?:open|read) (\S+): (.*)$/,
    finding: (path, why) => ({
      cause: `CoreDNS is told to read ${path}, and what is mounted there does not have it: ${why}`,
      subject: workloadSubject,
      cure: (e) =>
        undoRollout(
          e,
          `${kubectlAt(e)} edit ${workloadAt(e)}; let args -conf, mountPath and the volume's items lead to the same file as ${path}`,
        ),
    }),
  }),
  lastWord('A16', 'Port 53 not permitted', {
    symptom: CRASHES,
    proof: 'The last line of its log is `bind: permission denied`.',
    cure: 'Give the container the capability NET_BIND_SERVICE.',
    words: /^(.*bind: permission denied)$/,
    finding: (text) => ({
      cause: `CoreDNS may not listen on its port: ${text}`,
      subject: workloadSubject,
      cure: (e) =>
        undoRollout(
          e,
          patchContainer(e, { securityContext: { capabilities: { add: ['NET_BIND_SERVICE'] } } }),
        ),
    }),
  }),
  lastWord('A18', 'Port in use', {
    symptom: CRASHES,
    proof: 'The last line of its log is `bind: address already in use`.',
    cure: 'On the host’s network free the port; else let only one zone of the Corefile have that plugin.',
    words: /^(.*listen \w+ (\S*:\d+): bind: address already in use)$/,
    finding: (text, address = '') => {
      const plugin = LISTENERS[/:(\d+)$/.exec(address)?.[1] ?? '']
      return {
        cause: (e) =>
          onHostNetwork(e)
            ? `somebody else listens on ${address} of the host already: ${text}`
            : `CoreDNS listens on ${address} twice, which the Corefile has it do: ${text}`,
        subject: (e) => (onHostNetwork(e) ? workloadSubject(e) : corefileAt(e)),
        cure: (e) =>
          onHostNetwork(e)
            ? `${kubectlAt(e)} get ${workloadAt(e)} -o yaml | grep hostNetwork; ss -lntup sport = ${address.replace(/^.*(?=:)/, '')}`
            : editCorefile(
                e,
                `leave ${plugin === undefined ? 'that port' : `the plugin ${plugin}`} in one server block whose header has one zone; then ${restartDns(e)}`,
                plugin === undefined ? null : (onlyOnce(e, plugin) ?? oneZone(e)),
              ).cure,
      }
    },
  }),
]

/** What ends it, and what its Corefile has to do with that; where none of these speaks, its own last words do. */
export const startRules: readonly Rule[] = [
  ...known,
  generalStart(
    (e) =>
      [...ended(e, 'loop'), ...ended(e, 'corefile')].length > 0 ||
      known.some(({ find }) => findingsIn(find(e)).length > 0),
  ),
]

/** Plugins by the port that they listen on unless told otherwise. */
const LISTENERS: Readonly<Record<string, string>> = {
  ...{ 8080: 'health', 8181: 'ready', 9153: 'prometheus' },
}

/** Which blocks serve the zone that `cannot serve dns://.:53 - it is already defined` names. */
function mergeBlocks(e: Evidence, text: string): string {
  const zone = plainZone(/^cannot serve (\S+)/.exec(text)?.[1] ?? '')
  const heads = (valueOf(e.corefile) ?? '').split('\n').flatMap((line, i) => {
    const words = /^(\S.*?) *\{$/.exec(line)?.[1]?.split(/[\s,]+/) ?? []
    return words.some((word) => plainZone(word) === zone) ? [String(i + 1)] : []
  })
  if (heads.length < 2) return `leave one server block for ${zone}`
  return `the server blocks in its lines ${heads.join(' and ')} both serve ${zone}: write the plugins of the last one into the first, and take the last one out`
}

/** Merged into the container of CoreDNS, which makes new pods. */
function patchContainer(e: Evidence, content: JsonObject): string {
  const { container, workload } = dnsOf(e)
  const containers = [{ name: container, ...content }]
  const patch = JSON.stringify({ spec: { template: { spec: { containers } } } })
  return workload === null
    ? `${kubectlAt(e)} get ${workloadAt(e)} -o yaml; let its containers have ${JSON.stringify(content)}`
    : `${kubectlAt(e)} patch ${workloadAt(e)} -p '${patch}'`
}

/** As `editCorefile`, for a line that shows it. */
function corefileToEdit(how: (e: Evidence) => string, edit?: (e: Evidence) => Edit | null) {
  return { subject: corefileAt, cure: (e: Evidence) => editCorefile(e, how(e), edit?.(e)).cure }
}

function forwardFile(e: Evidence): string {
  const targets = forwardTargets(valueOf(e.corefile) ?? '') ?? []
  return targets.find((target) => target.startsWith('/')) ?? '/etc/resolv.conf'
}

function onHostNetwork(e: Evidence): boolean {
  return corednsPods(e).some(({ hostNetwork }) => hostNetwork)
}
