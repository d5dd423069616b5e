import { at, isObject, listAt } from '../../lib/core/json.ts'
import { chapterObject } from '../../lib/faults/chapter-object.ts'
import { see } from '../../lib/faults/daemons.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { all } from '../../lib/ports/refs.ts'

export const selectorWithoutMatch: FaultOf = (lab) => ({
  id: 'selector-without-match',
  code: 'D4',
  title: 'Let the DNS Service select pods of another label',
  chapter: { section: '14.1', command: 'kubectl -n kube-system edit service kube-dns' },
  requires: 'the chapter',
  async plan(ctx) {
    const service = await chapterObject(ctx, lab, 'Service')
    const spec = isObject(service['spec']) ? service['spec'] : {}
    const broken = { ...service, spec: { ...spec, selector: { 'k8s-app': 'coredns' } } }
    return { subject: 'kube-dns', objects: [broken] }
  },
  waitUntilVisible: (ctx) =>
    see(ctx, 'kube-dns without endpoints', async () => {
      const slices = await ctx.cluster.list(
        all.endpointSlices({
          namespace: 'kube-system',
          labelSelector: 'kubernetes.io/service-name=kube-dns',
        }),
      )
      const addresses = slices.flatMap((slice) => listAt(slice, 'endpoints'))
      const empty = addresses.every((one) => at(one, 'addresses') === undefined)
      return empty ? 'no pod has the label k8s-app=coredns: kube-dns has no endpoints' : undefined
    }),
})
