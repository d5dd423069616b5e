import { textAt, type Json } from '../../core/json.ts'
import { settingFile, settingsIn } from '../../core/setting-files.ts'
import { runTogether } from '../../process/run-together.ts'
import { runOrThrow } from '../../process/run-or-throw.ts'
import type { Sysctl } from '../../ports/resources.ts'
import { isNetworkNamespace, NETNS_FOLDER } from './network-namespace.ts'
import { inGroups, type Kind } from './kind.ts'

export const sysctl: Kind<Sysctl> = {
  name: ({ netns, key }) => `setting ${key} in ${netns}`,
  wanted: ({ value }) => ({ value }),
  look: (resources) => inGroups(resources, ({ netns }) => netns, lookIn),
  async put({ netns, key, value }) {
    // /proc/sys/net shows the network namespace of whoever opens it.
    await runOrThrow([...inside(netns), 'tee', settingFile(key)], { input: value })
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
  const values = await settingsOf(
    netns,
    group.map(({ key }) => key),
  )
  return group.map(({ key }) => {
    const value = values.get(key)
    return value === undefined ? null : { value }
  })
}

/** The values of kernel settings in a network namespace; those that it does not have are left out. */
export async function settingsOf(
  netns: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  // Names those that are there, whatever lacks.
  const shown = await runTogether([...inside(netns), 'grep', '-H', '', ...keys.map(settingFile)])
  return settingsIn(shown.stdout, keys)
}

/** Runs the rest of the argument list in a network namespace. */
export function inside(netns: string): readonly string[] {
  return ['nsenter', `--net=${NETNS_FOLDER}/${netns}`]
}
