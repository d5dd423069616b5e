import { textAt, type Json } from '../../json.ts'
import { run } from '../command.ts'
import { must } from '../must.ts'
import type { Sysctl } from '../resources.ts'
import { isNetworkNamespace, NETNS_FOLDER } from './network-namespace.ts'
import { inGroups, type Kind } from './kind.ts'

export const sysctl: Kind<Sysctl> = {
  name: ({ netns, key }) => `setting ${key} in ${netns}`,
  wanted: ({ value }) => ({ value }),
  look: (resources) => inGroups(resources, ({ netns }) => netns, lookIn),
  async put({ netns, key, value }) {
    // /proc/sys/net shows the network namespace of whoever opens it.
    await must([...inside(netns), 'tee', fileOf(key)], { input: value })
  },
  async restore(wanted, before) {
    const value = textAt(before, 'value')
    // Without a value it came with its namespace, and goes with it.
    if (value === undefined || !(await isNetworkNamespace(wanted.netns))) return
    await sysctl.put({ ...wanted, value }, () => undefined)
  },
  undone: (wanted, before) => (before === null ? null : `${sysctl.name(wanted)} as it was`),
}

async function lookIn(group: readonly Sysctl[], netns: string): Promise<readonly Json[]> {
  // Names those that are there, whatever lacks: `/proc/sys/net/ipv4/ip_forward:1`.
  const files = group.map(({ key }) => fileOf(key))
  const shown = await run([...inside(netns), 'grep', '-H', '', ...files])
  const values = new Map(
    shown.stdout
      .split('\n')
      .map(
        (line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const,
      ),
  )
  return files.map((file) => {
    const value = values.get(file)
    return value === undefined ? null : { value }
  })
}

function inside(netns: string): readonly string[] {
  return ['nsenter', `--net=${NETNS_FOLDER}/${netns}`]
}

function fileOf(key: string): string {
  return `/proc/sys/${key.replaceAll('.', '/')}`
}
