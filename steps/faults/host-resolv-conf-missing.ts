import { seeCorednsPods } from '../../lib/faults/coredns-pods.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { restartUntil } from '../../lib/faults/fresh-pods.ts'
import { kubeletFault } from '../../lib/faults/kubelet-fault.ts'
import { kubeletFile, resolvConfFile } from '../../lib/lab/daemons/kubelet.ts'
import { hostFolder } from '../../lib/lab/layout.ts'

export const hostResolvConfMissing: FaultOf = (lab) =>
  kubeletFault(lab, {
    id: 'host-resolv-conf-missing',
    code: 'F4',
    title: "Name a resolv.conf to a worker's kubelet that is not there",
    chapter: { section: '9', command: 'vi kubelet-config.yaml: resolvConf: …/resolv.conf' },
    requires: 'the chapter',
    needsDns: true,
    reads: (worker) => {
      const { text, ...file } = kubeletFile(lab, worker)
      const { path } = resolvConfFile(lab, worker)
      // As one of systemd-resolved is named where it does not run.
      const gone = `${hostFolder(lab.layout, worker.name)}/stub-resolv.conf`
      return [{ ...file, text: text.replace(path, gone) }]
    },
    // A pod keeps the resolv.conf that it was started with.
    async restartAffected(ctx, { subject, mended }) {
      if (mended) return
      await restartUntil(ctx, {
        fault: 'host-resolv-conf-missing',
        isWanted: (pods) => pods.some(({ node, ready }) => node === subject && !ready),
        settled: (pods) => pods.every(({ node, ready }) => ready || node === subject),
      })
    },
    waitUntilVisible: (ctx, subject) =>
      seeCorednsPods(ctx, `a CoreDNS pod on ${subject} that does not start`, (pods) => {
        const pod = pods.find(({ node, ready }) => node === subject && !ready)
        return pod && `pod ${pod.name} on ${subject} does not start`
      }),
  })
