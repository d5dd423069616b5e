import type { Resource } from '../../lib/ports/resources.ts'

/** Whether something vanishes with another thing: what lies in a folder, what a namespace has. */
export function goesWith(one: Resource, gone: Resource): boolean {
  switch (gone.kind) {
    case 'folder':
      return isBelow(pathOf(one), gone.path)
    case 'network-namespace':
      return inNetns(one, gone.name)
    case 'link':
      return one.kind === 'route' && one.netns === gone.netns && one.dev === gone.name
    case 'cgroup':
      return one.kind === 'cgroup' && isBelow(one.path, gone.path)
    default:
      return false
  }
}

function inNetns(one: Resource, netns: string): boolean {
  if (['route', 'sysctl', 'mtu'].includes(one.kind)) return 'netns' in one && one.netns === netns
  // A veth goes with either end.
  return one.kind === 'link' && (one.netns === netns || one.peer?.netns === netns)
}

export function isBelow(path: string | null, folder: string): boolean {
  return path?.startsWith(`${folder}/`) === true
}

export function pathOf(resource: Resource): string | null {
  if (resource.kind === 'programs') return `${resource.into}/${resource.family}`
  return 'path' in resource && resource.kind !== 'cgroup' ? resource.path : null
}
