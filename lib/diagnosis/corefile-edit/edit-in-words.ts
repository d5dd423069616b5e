import { forwardTargets } from '../../corefile/plugins.ts'
import { dnsOf, kubectlAt, restartDns, workloadAt } from '../../evidence/cluster-dns.ts'
import { type Evidence, valueOf } from '../../evidence/evidence.ts'
import { placeOf } from './lines.ts'

/** The ConfigMap that is mounted where the file lies, and the line of its key. */
export function editImported(e: Evidence, text: string): string {
  const [, path = '', line = ''] = /(\/\S+):(\d+) - /.exec(text) ?? []
  const [, at = '', file = ''] = /^(.*)\/([^/]+)$/.exec(path) ?? []
  // What a ConfigMap gives lies in its folder, and none below it.
  const mount = (dnsOf(e).mounts ?? []).find(({ folder }) => folder === at)
  if (mount === undefined) {
    return `${kubectlAt(e)} describe ${workloadAt(e)} | grep -A9 Volumes; correct line ${line} of ${path} in the ConfigMap that is mounted there`
  }
  return `${kubectlAt(e)} edit configmap/${mount.configMap}; correct line ${line} of what it has for ${file}`
}

/** Which word of which line, where only who looks after it can know by what. */
export function replaceServer(e: Evidence, server: string): string {
  const targets = forwardTargets(valueOf(e.corefile) ?? '') ?? []
  const address = server.replace(/:53$/, '')
  const file = targets.find((target) => target.startsWith('/'))
  const named = targets.includes(address) || targets.includes(server)
  const what =
    named || file === undefined
      ? `write a server that the workers reach in place of ${named ? address : 'what it names'}`
      : `write a server that the workers reach in place of ${file}, which has ${address} for them`
  return `${placeOf(e, 'forward')}${what}; then ${restartDns(e)}`
}
