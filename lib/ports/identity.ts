import type { Resource } from './resources.ts'

/** What a resource is about, whatever it wants of it: equal for two that would change the same. */
export function identityOf(resource: Resource): string {
  switch (resource.kind) {
    case 'absent':
      return identityOf(resource.resource)
    case 'folder':
    case 'file':
    case 'secret-file':
    case 'certificate':
    case 'mount-namespace':
    case 'cgroup':
      return `${resource.kind} ${resource.path}`
    case 'network-namespace':
    case 'kernel-module':
      return `${resource.kind} ${resource.name}`
    case 'link':
      return `link ${resource.netns ?? ''}/${resource.name}`
    case 'route':
      return `route ${resource.netns}/${resource.to}`
    case 'sysctl':
      return `sysctl ${resource.netns}/${resource.key}`
    case 'mtu':
      return `mtu ${resource.netns}/${resource.link}`
    case 'chain-policy':
      return `chain-policy ${resource.netns}/${resource.chain}`
    case 'filter-table':
      return `filter-table ${resource.netns}/${resource.name}`
    case 'process':
      return `process ${resource.lab}/${resource.host}/${resource.name}`
    case 'programs':
      return `programs ${resource.into}/${resource.family}`
    case 'image-archive':
      return `image-archive ${resource.image}`
    case 'image':
      return `image ${resource.socket}/${resource.image}`
  }
}
