import { jsonpath } from '../../lib/jsonpath/jsonpath.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import type { Json } from '../../lib/core/json.ts'
import { all } from '../../lib/ports/refs.ts'

const TEMPLATE = '{.items[0].metadata.name}'

export const podName = ({ inventory }: Pick<Chapter, 'inventory'>) =>
  lookStep({
    id: 'pod-name',
    title: "Read the busybox pod's name",
    chapter: {
      section: '14.2',
      command: `PODNAME=$(kubectl get pods -l run=busybox -o jsonpath="${TEMPLATE}")`,
    },
    touches: ['hosts', 'objects', 'pods'],
    examines: ['client-pods', 'busybox'],
    satisfied: 'the template gives one name',
    deadlineMs: inventory.limits.lookupMs,
    what: 'one pod with the label run=busybox',
    async look(ctx) {
      const items = await ctx.cluster.list(
        all.pods({ namespace: 'default', labelSelector: 'run=busybox' }),
      )
      if (items.length !== 1) {
        return {
          missing: [`${String(items.length)} pods in namespace default have the label run=busybox`],
        }
      }
      return { proven: jsonpath(TEMPLATE, { items: items as readonly Json[] }) }
    },
  })
