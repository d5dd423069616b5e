import type { KubeObject } from '../../lib/ports/cluster.ts'
import { textAt } from '../../lib/core/json.ts'
import { chapterObject, type Manifest } from '../../lib/faults/chapter-object.ts'
import { restartCorednsPods, seeCrashing } from '../../lib/faults/coredns-pods.ts'
import type { Fault } from '../../lib/faults/fault.ts'

export const corefileUnknownPlugin = (manifest: Manifest): Fault => ({
  id: 'corefile-unknown-plugin',
  code: 'C3',
  title: 'Write a plugin into the Corefile that CoreDNS does not have',
  chapter: { section: '14.1', command: 'kubectl -n kube-system edit configmap coredns' },
  needs: 'the chapter',
  async breaks(on) {
    const object = await chapterObject(on, manifest, 'ConfigMap')
    return { subject: 'coredns', objects: [withLine(object, 'proxy . /etc/resolv.conf')] }
  },
  renew: (on) => restartCorednsPods(on),
  felt: (on) => seeCrashing(on, 'Error'),
})

/** The Corefile with one line more, after `ready`. */
export function withLine(configMap: KubeObject, line: string): KubeObject {
  const corefile = textAt(configMap, 'data', 'Corefile') ?? ''
  const Corefile = corefile.replace(/^( *)ready$/m, `$1ready\n$1${line}`)
  return { ...configMap, data: { Corefile } }
}
