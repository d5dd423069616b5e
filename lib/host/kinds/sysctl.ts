import { at, type Json } from '../../json.ts'
import { run } from '../command.ts'
import { must } from '../must.ts'
import type { Sysctl } from '../resources.ts'
import { NETNS_FOLDER } from './network-namespace.ts'
import { inGroups, type Kind } from './kind.ts'

export const sysctl: Kind<Sysctl> = {
  name: ({ netns, key }) => `setting ${key} in ${netns}`,
  wanted: ({ value }) => ({ value }),
  look: (resources) => inGroups(resources, ({ netns }) => netns, lookIn),
  async put({ netns, key, value }) {
    // /proc/sys/net shows the network namespace of whoever opens it.
    await must(['nsenter', `--net=${NETNS_FOLDER}/${netns}`, 'tee', fileOf(key)], { input: value })
  },
  async restore(wanted, before) {
    const value = at(before, 'value')
    if (typeof value === 'string') await sysctl.put({ ...wanted, value }, () => undefined)
  },
}

async function lookIn(group: readonly Sysctl[], netns: string): Promise<readonly Json[]> {
  const files = group.map(({ key }) => fileOf(key))
  const shown = await run(['nsenter', `--net=${NETNS_FOLDER}/${netns}`, 'cat', ...files])
  const values = shown.stdout.trimEnd().split('\n')
  if (shown.code !== 0 || values.length !== group.length) return group.map(() => null)
  return values.map((value) => ({ value }))
}

function fileOf(key: string): string {
  return `/proc/sys/${key.replaceAll('.', '/')}`
}
