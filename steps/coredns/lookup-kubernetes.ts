import { LAYERS } from '../../lib/core/layers.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import { readNslookup } from '../../lib/dns/nslookup/nslookup.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { textAt } from '../../lib/core/json.ts'
import { ref } from '../../lib/ports/refs.ts'

export const lookupKubernetes = ({ inventory: { cluster, limits } }: Pick<Chapter, 'inventory'>) =>
  lookStep({
    id: 'lookup-kubernetes',
    title: 'Look up the name kubernetes',
    chapter: { section: '14.2', command: 'kubectl exec -it ${PODNAME} -- nslookup kubernetes' },
    // nslookup's exit code says nothing, and a script has no terminal.
    byHand: () => Promise.resolve('kubectl exec "${PODNAME}" -- nslookup kubernetes || true'),
    touches: LAYERS,
    examines: ['busybox'],
    satisfied: "the answer is the Service's ClusterIP, whatever nslookup's exit code",
    deadlineMs: limits.lookupMs,
    what: 'the answer for kubernetes',
    async look(ctx) {
      const service = await ctx.cluster.get(ref.service('kubernetes'))
      const expected = textAt(service ?? undefined, 'spec', 'clusterIP')
      if (expected === undefined) return { missing: ['service/kubernetes has no clusterIP'] }
      const { code, stdout, stderr } = await ctx.cluster.exec(
        { namespace: 'default', pod: 'busybox' },
        ['nslookup', 'kubernetes'],
        { timeoutMs: Math.min(30_000, limits.lookupMs) },
      )
      const reading = readNslookup({ code, stdout: Buffer.from(stdout).toString('utf8'), stderr })
      const [answer] = reading.answers
      if (answer?.address === expected) {
        return {
          proven: `${answer.name} is ${answer.address}, says ${reading.server ?? cluster.dnsAddress}`,
        }
      }
      if (answer !== undefined) {
        return {
          missing: [`${answer.name} is ${answer.address}, not ${expected}`],
          // CoreDNS may answer from its cache for some seconds after the Service was recreated.
          onTimeout: {
            problem: `the name kubernetes leads to ${answer.address}, not to ${expected}`,
            seen: [
              `nslookup answers ${answer.name} ${answer.address}`,
              `service/kubernetes has ${expected}`,
            ],
            cause: 'another DNS server answers, or CoreDNS serves another cluster',
            remedy: `kubectl exec busybox -- cat /etc/resolv.conf; kubectl get services -A | grep -w ${cluster.dnsAddress}`,
          },
        }
      }
      const text = `${Buffer.from(stdout).toString('utf8')}\n${stderr}`.trim().split('\n')
      return {
        missing: [`no answer from ${reading.server ?? cluster.dnsAddress}`, ...text.slice(-4)],
      }
    },
  })
