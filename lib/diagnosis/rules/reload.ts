import { forwardTargets, kubernetesIn, plainZone } from '../../corefile/plugins.ts'
import { corefileAt, restartDns } from '../../evidence/cluster-dns.ts'
import { corefileText } from '../../evidence/corefile-text.ts'
import { staleReaders } from '../../evidence/corefile-read.ts'
import { inLog, linesOn, quoted } from '../../evidence/coredns-log.ts'
import { type Evidence, itemsOf, valueOf } from '../../evidence/evidence.ts'
import { corednsPods } from '../../evidence/pods.ts'
import type { Edit } from '../corefile-edit/edit.ts'
import { editCorefile } from '../corefile-edit/edit-corefile.ts'
import { lineOf } from '../corefile-edit/lines.ts'
import { editRefused } from '../corefile-edit/refused-line.ts'
import { type Finding, inferred, permanent, rule, type Rule, seen } from '../rule.ts'

/** C. A CoreDNS that serves, and answers wrongly: by an older Corefile, or without servers to ask. */
export const reloadRules: readonly Rule[] = [
  rule('C17', 'server', 'Corefile not loaded', {
    symptom: 'After a change of the Corefile names are answered as before, or with SERVFAIL.',
    proof: 'CoreDNS logs that its reload failed, or has loaded none since the ConfigMap changed.',
    cure: 'Correct the Corefile where it cannot be loaded; else wait for the reload, or restart CoreDNS.',
    find: (e) => {
      const failed = failedReload(e)
      return failed ?? (answersWrongly(e) ? [unservedName(e), older(e)] : null)
    },
  }),
  rule('C18', 'client', 'CoreDNS panics on names of other domains', {
    symptom: 'Names of the cluster are found, those of other domains end with SERVFAIL.',
    proof: 'CoreDNS logs `Recovered from panic`, and its Corefile forwards.',
    cure: 'Give forward a server to ask: the file that it names has none.',
    find: (e) => {
      const targets = forwardTargets(valueOf(e.corefile) ?? '')
      const line = linesOn(e, 'panic').at(-1)
      const asked = (valueOf(e.matrix)?.names ?? []).some(
        ({ ok, kind }) => !ok && kind === 'external',
      )
      if (line === undefined || targets === null || !asked) return null
      return seen({
        cause: `CoreDNS cannot forward names of other domains: ${targets.join(' ')} gives it no server to ask`,
        evidence: inLog(line),
        ...editCorefile(e, `let forward name an address; then ${restartDns(e)}`, emptyForward(e)),
      })
    },
  }),
]

/** A reload that failed and was not followed by one that did not: what there is to be loaded never is. */
function failedReload(e: Evidence): Finding | null {
  const loadedAfter = (pod: string, line: string): boolean => {
    const lines = itemsOf(e.logs).find((log) => log.pod === pod && !log.previous)?.lines ?? []
    const later = lines.slice(lines.lastIndexOf(line) + 1)
    return later.some((one) => quoted(one, 'loaded') !== undefined)
  }
  const serving = corednsPods(e).filter(({ ready }) => ready)
  const line = linesOn(e, 'reload').findLast(
    ({ pod, line: text }) => serving.some(({ name }) => name === pod) && !loadedAfter(pod, text),
  )
  if (line === undefined) return null
  const next = 'CoreDNS loads it within two minutes'
  return (answersWrongly(e) ? permanent : inferred)({
    cause: `CoreDNS could not load the Corefile that is there now, and serves by the one before: ${line.text}`,
    evidence: inLog(line),
    ...editRefused(e, line.text, { how: `correct what the line names; ${next}`, next }),
  })
}

/** It knows no plugin for a name that this Corefile serves: it has another one. */
function unservedName(e: Evidence): Finding | null {
  const line = linesOn(e, 'unserved').findLast(({ text }) =>
    text.replace(/\.? \w+$/, '').endsWith(`.${e.wanted.domain}`),
  )
  const zone = plainZone(e.wanted.domain)
  const serves = kubernetesIn(corefileText(e)).some(({ zones }) => zones.includes(zone))
  if (line === undefined || !serves) return null
  return seen({
    cause: `CoreDNS serves by another Corefile than the one in ${corefileAt(e)}: it has no plugin for ${line.text}`,
    evidence: inLog(line),
    ...loadIt(e),
  })
}

function older(e: Evidence): Finding | null {
  const [pod] = staleReaders(e)
  if (pod === undefined) return null
  return inferred({
    cause: `CoreDNS has not loaded the Corefile of ${corefileAt(e)} yet, which is newer, and serves by the one before`,
    evidence: `${corefileAt(e)} was changed at ${valueOf(e.corefileChanged) ?? ''}; pod ${pod.name} has loaded none since`,
    ...loadIt(e),
  })
}

function loadIt(e: Evidence) {
  return { subject: corefileAt(e), cure: restartDns(e) }
}

/** A plugin that asks only a file in which there is no server does without it what it does with it. */
function emptyForward(e: Evidence): Edit | null {
  const line = lineOf(e, 'forward') ?? lineOf(e, 'proxy')
  return line !== undefined && /^\S+ \S+ \/\S+$/.test(line) ? { drop: line } : null
}

/** CoreDNS is reached, and says what it should not. */
function answersWrongly({ failure, matrix }: Evidence): boolean {
  const { cells = [], names = [] } = valueOf(matrix) ?? {}
  const said = [
    ...failure.seen,
    ...cells.flatMap(({ wrong }) => wrong),
    ...names.filter(({ ok }) => !ok).map(({ got }) => got),
  ]
  return said.some((text) => /SERVFAIL|NXDOMAIN|REFUSED|can't (?:find|resolve)/i.test(text))
}
