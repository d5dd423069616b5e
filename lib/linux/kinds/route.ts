import { type Json, textAt } from '../../core/json.ts'
import { run } from '../../process/command.ts'
import { runTogether } from '../../process/run-together.ts'
import { runOrThrow } from '../../process/run-or-throw.ts'
import type { Route } from '../../ports/resources.ts'
import { entriesIn, inGroups, type Kind } from './kind.ts'
import { isNetworkNamespace } from './network-namespace.ts'

export const route: Kind<Route> = {
  name: ({ netns, to }) => `route ${to} in ${netns}`,
  wanted: ({ via, dev }) => ({ via, dev }),
  look: (resources) => inGroups(resources, ({ netns }) => netns, lookIn),
  async put({ netns, to, via, dev }) {
    const hop = via === null ? [] : ['via', via]
    await runOrThrow(['ip', '-n', netns, 'route', 'replace', to, ...hop, 'dev', dev])
  },
  async restore(wanted, before) {
    const { netns, to } = wanted
    // It went with its namespace.
    if (!(await isNetworkNamespace(netns))) return
    const via = textAt(before, 'via') ?? null
    const dev = textAt(before, 'dev')
    if (dev !== undefined) await route.put({ ...wanted, via, dev }, () => undefined)
    // Fine when it is gone already, as with its link.
    else await run(['ip', '-n', netns, 'route', 'delete', to])
  },
}

async function lookIn(group: readonly Route[], netns: string): Promise<readonly Json[]> {
  const shown = await runTogether(['ip', '-n', netns, '-json', 'route', 'show'])
  const routes = shown.code === 0 ? entriesIn(shown.stdout) : []
  return group.map(({ to }) => {
    const found = routes.find((one) => textAt(one, 'dst') === to)
    if (found === undefined) return null
    return { via: textAt(found, 'gateway') ?? null, dev: textAt(found, 'dev') ?? '' }
  })
}
