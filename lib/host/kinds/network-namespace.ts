import { readdir } from 'node:fs/promises'
import type { NetworkNamespace } from '../resources.ts'
import { absent } from '../files.ts'
import { isNamespaceMount } from '../mounts.ts'
import { must } from '../must.ts'
import type { Kind } from './kind.ts'

/** Where iproute2 keeps its names (ip-netns(8)). */
export const NETNS_FOLDER = '/run/netns'

export const networkNamespace: Kind<NetworkNamespace> = {
  name: ({ name }) => `network namespace ${name}`,
  wanted: () => ({}),
  async look(resources) {
    const names = new Set((await readdir(NETNS_FOLDER).catch(absent)) ?? [])
    return Promise.all(
      resources.map(async ({ name }) => {
        if (!names.has(name)) return null
        // After a crash the name can remain as an empty file that nothing is mounted on.
        return (await isNamespaceMount(`${NETNS_FOLDER}/${name}`)) ? {} : { broken: true }
      }),
    )
  },
  async put({ name }) {
    if ((await readdir(NETNS_FOLDER).catch(absent))?.includes(name) === true) {
      await must(['ip', 'netns', 'delete', name])
    }
    await must(['ip', 'netns', 'add', name])
  },
  async restore({ name }, before) {
    if (before !== null) return
    if ((await readdir(NETNS_FOLDER).catch(absent))?.includes(name) !== true) return
    await must(['ip', 'netns', 'delete', name])
  },
}
