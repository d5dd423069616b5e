import { mkdir, readdir, rmdir, writeFile } from 'node:fs/promises'
import { at, type Json } from '../../core/json.ts'
import type { NetworkNamespace } from '../../ports/resources.ts'
import { absent, stillInUse } from '../files.ts'
import { isNamespaceMount } from '../mounts.ts'
import { runOrThrow } from '../../process/run-or-throw.ts'
import type { Kind } from './kind.ts'

/** Where iproute2 keeps its names (ip-netns(8)). */
export const NETNS_FOLDER = '/run/netns'

export const networkNamespace: Kind<NetworkNamespace> = {
  name: ({ name }) => `network namespace ${name}`,
  wanted: () => ({}),
  async look(resources) {
    const names = await namesThere()
    return Promise.all(
      resources.map(async ({ name }) => {
        if (!names.includes(name)) return null
        // After a crash the name can remain as an empty file that nothing is mounted on.
        return (await isNetworkNamespace(name)) ? {} : { broken: true }
      }),
    )
  },
  async put({ name }) {
    if ((await namesThere()).includes(name)) await remove(name)
    await mkdir(NETNS_FOLDER, { recursive: true, mode: 0o755 })
    // Not `ip netns add`, which leaves a shared mount on the folder for good.
    await writeFile(pathOf(name), '', { flag: 'wx', mode: 0o444 })
    await runOrThrow(['unshare', `--net=${pathOf(name)}`, 'true'])
  },
  async restore({ name }, before) {
    if (wasUsable(before)) return
    if ((await namesThere()).includes(name)) await remove(name)
    // It stays where others are there, or where iproute2 has mounted the folder on itself.
    await rmdir(NETNS_FOLDER).catch(stillInUse)
  },
  undone: ({ name }, before) =>
    `network namespace ${name} ${wasUsable(before) ? 'as it was' : 'removed'}`,
}

const REMOVE = `while umount --lazy "$1"; do :; done 2>/dev/null
while umount --lazy "$2"; do :; done 2>/dev/null
rm -f -- "$2"`

/**
 * As soon as somebody types `ip netns add`, iproute2 mounts the folder on itself and so hides the mounts of before:
 * `ip netns delete` then ends with "Device or resource busy". A file may be removed where nothing is mounted on it in
 * one's own mount namespace, and Linux takes away what is mounted on it in others (since 3.18).
 */
async function remove(name: string): Promise<void> {
  const own = ['unshare', '--mount', '--propagation', 'private']
  await runOrThrow([...own, 'sh', '-c', REMOVE, 'sh', NETNS_FOLDER, pathOf(name)])
}

/** A name without a namespace is of no use to anybody: it is not made again. */
function wasUsable(before: Json): boolean {
  return before !== null && at(before, 'broken') !== true
}

/** Whether there is a namespace of that name to go into. */
export function isNetworkNamespace(name: string): Promise<boolean> {
  return isNamespaceMount(pathOf(name))
}

function pathOf(name: string): string {
  return `${NETNS_FOLDER}/${name}`
}

async function namesThere(): Promise<readonly string[]> {
  return (await readdir(NETNS_FOLDER).catch(absent)) ?? []
}
