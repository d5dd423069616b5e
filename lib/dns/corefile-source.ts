import { at, isObject, type Json, type JsonObject, listAt, textAt } from '../core/json.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { containerWords, dnsContainerOf, podSpecOf } from './roles.ts'

/** Where a Corefile comes from. */
export type CorefileSource = {
  readonly configMap: string
  /** The key in the ConfigMap: `Corefile`. */
  readonly key: string
}

/** CoreDNS's own default is ./Corefile, in the folder it is started in. */
const DEFAULT_PATH = '/Corefile'

/** The file that it reads. */
export function corefilePathOf(container: Json | undefined): string {
  return confArgument(container) ?? DEFAULT_PATH
}

/** By the argument -conf and what is mounted there; null where that is no ConfigMap. */
export function corefileSourceOf(object: KubeObject): CorefileSource | null {
  const container = dnsContainerOf(object)
  const path = corefilePathOf(container)
  const mounts = listAt(container, 'volumeMounts')
    .map((mount) => ({
      name: textAt(mount, 'name'),
      at: textAt(mount, 'mountPath') ?? '',
      subPath: textAt(mount, 'subPath'),
    }))
    .filter((mount) => path === mount.at || path.startsWith(`${mount.at.replace(/\/$/, '')}/`))
    .toSorted((a, b) => b.at.length - a.at.length)
  const [mount] = mounts
  if (mount === undefined) return null
  const volume = listAt(podSpecOf(object), 'volumes').find(
    (one) => textAt(one, 'name') === mount.name,
  )
  const below = path.slice(mount.at.replace(/\/$/, '').length + 1)
  const file = [mount.subPath ?? '', below].filter((part) => part !== '').join('/')
  const source = configMapIn(volume, file)
  if (source === null) return null
  const items = listAt(source, 'items')
  const key =
    items.length === 0
      ? file
      : textAt(
          items.find((one) => textAt(one, 'path') === file),
          'key',
        )
  const name = textAt(source, 'name')
  return name === undefined || key === undefined ? null : { configMap: name, key }
}

/** Where ConfigMaps are mounted in the container that serves DNS. */
export function configMapMounts(
  object: KubeObject,
): readonly { readonly folder: string; readonly configMap: string }[] {
  const volumes = listAt(podSpecOf(object), 'volumes')
  return listAt(dnsContainerOf(object), 'volumeMounts').flatMap((mount) => {
    const volume = volumes.find((one) => textAt(one, 'name') === textAt(mount, 'name'))
    const configMap = textAt(configMapIn(volume, null) ?? undefined, 'name')
    const folder = textAt(mount, 'mountPath')?.replace(/\/$/, '')
    return configMap === undefined || folder === undefined ? [] : [{ folder, configMap }]
  })
}

/** A volume of a ConfigMap, also as a source of a projected one: of several, one that is told to have the file. */
function configMapIn(volume: Json | undefined, file: string | null): JsonObject | null {
  const own = at(volume, 'configMap')
  if (isObject(own)) return own
  const all = listAt(volume, 'projected', 'sources').map((one) => at(one, 'configMap'))
  const projected = all.filter(isObject)
  const named = projected.find((one) =>
    listAt(one, 'items').some((item) => textAt(item, 'path') === file),
  )
  return named ?? projected[0] ?? null
}

function confArgument(container: Json | undefined): string | undefined {
  const words = containerWords(container)
  const place = words.findIndex((word) => /^--?conf$/.test(word))
  if (place !== -1) return words[place + 1]
  return words.map((word) => /^--?conf=(.*)$/.exec(word)?.[1]).find((path) => path !== undefined)
}
