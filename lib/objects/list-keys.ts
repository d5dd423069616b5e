import { isObject, type Json } from '../core/json.ts'

/** Lists that server-side apply treats as maps: field and keys of an item (Kubernetes' `listMapKeys`). */
const LIST_KEYS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  containers: [['name']],
  initContainers: [['name']],
  ephemeralContainers: [['name']],
  volumes: [['name']],
  env: [['name']],
  imagePullSecrets: [['name']],
  secrets: [['name']],
  ports: [
    ['containerPort', 'protocol'],
    ['port', 'protocol'],
  ],
  volumeMounts: [['mountPath']],
  volumeDevices: [['devicePath']],
  hostAliases: [['ip']],
  podIPs: [['ip']],
  hostIPs: [['ip']],
  topologySpreadConstraints: [['topologyKey', 'whenUnsatisfiable']],
  ownerReferences: [['uid']],
  conditions: [['type']],
}

/** Keys that may be left out, and what the server then takes. */
const KEY_DEFAULTS: Readonly<Record<string, Json>> = { protocol: 'TCP' }

/** Items of a list by their keys: `[name="coredns"]`. Null for one value: not in the table, keys missing or doubled. */
export function keyed(path: string, value: Json | undefined): ReadonlyMap<string, Json> | null {
  if (!Array.isArray(value)) return null
  const list = value as readonly Json[]
  const field = /([^.[\]]+)$/.exec(path)?.[1] ?? ''
  for (const keys of LIST_KEYS[field] ?? []) {
    const items = new Map(list.map((item) => [keyOf(keys, item), item]))
    if (items.size === list.length && !items.has(null)) return items as ReadonlyMap<string, Json>
  }
  return null
}

function keyOf(keys: readonly string[], item: Json): string | null {
  if (!isObject(item)) return null
  const values = keys.flatMap((key): readonly (readonly [string, Json])[] => {
    const value = item[key] ?? KEY_DEFAULTS[key]
    return value === undefined ? [] : [[key, value]]
  })
  return values.length === keys.length ? elementOf(values) : null
}

/** `[containerPort=53,protocol="UDP"]`. */
export function elementOf(keys: readonly (readonly [string, Json])[]): string {
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`
}
