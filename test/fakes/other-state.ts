import type { Resource } from '../../lib/ports/resources.ts'
import { isObject, type Json, type JsonObject } from '../../lib/core/json.ts'

/** A state of the same resource that somebody else might have made; null where there is no such thing. */
export function otherState(resource: Resource, wanted: Json): JsonObject | null {
  if (!isObject(wanted)) return null
  switch (resource.kind) {
    case 'folder':
      return resource.shared ? null : { mode: resource.mode ^ 0o011 }
    case 'file':
      return { mode: 0o640, text: 'somebody else wrote this\n' }
    case 'certificate':
      return { ...wanted, names: ['other.example'] }
    case 'secret-file':
      return { ...wanted, mode: 0o644 }
    case 'link':
      return resource.address === undefined ? null : { ...wanted, address: '192.168.77.7/24' }
    case 'route':
      return { via: '192.168.77.1', dev: resource.dev }
    case 'sysctl':
      return { value: '2' }
    case 'cgroup':
      return { missing: ['memory'] }
    case 'process':
      return { ...wanted, argv: [...resource.argv, '--older'] }
    case 'programs':
      return { cached: false, linked: false, target: '/older/programs' }
    case 'image':
      return { current: false }
    case 'mtu':
      return { mtu: 1500, segments: 65_535 }
    case 'chain-policy':
      return { policy: resource.policy === 'DROP' ? 'ACCEPT' : 'DROP' }
    case 'filter-table':
      return { lines: [] }
    case 'absent':
    case 'network-namespace':
    case 'mount-namespace':
    case 'kernel-module':
    case 'image-archive':
      return null
  }
}
