import { at, isObject, type Json, type JsonObject, listAt, textAt } from '../core/json.ts'
import { meaningOf } from '../corefile/merge.ts'
import { parseCorefile } from '../corefile/parse.ts'
import type { KubeObject } from '../ports/cluster.ts'

/** An object by what it does: what is only written in another way, as a cure by hand may be, is the same. */
export function inEffect(object: KubeObject): KubeObject {
  if (object.kind === 'ClusterRole') return { ...object, rules: rightsOf(listAt(object, 'rules')) }
  const corefile = textAt(object, 'data', 'Corefile')
  const data = at(object, 'data')
  if (corefile === undefined || !isObject(data)) return object
  const parsed = parseCorefile(corefile)
  if (!('statements' in parsed)) return object
  return { ...object, data: { ...data, Corefile: meaningOf(parsed.statements) } }
}

/** Each right by itself: neither the order counts, nor which rule has it. */
function rightsOf(rules: readonly Json[]): JsonObject {
  const rights = rules.flatMap((rule) => {
    const all = (field: string): readonly string[] => listAt(rule, field).map(String)
    const names = all('resourceNames')
    const things = pairs(
      all('apiGroups'),
      pairs(all('resources'), names.length === 0 ? ['any'] : names),
    )
    return pairs(all('verbs'), [...all('nonResourceURLs'), ...things])
  })
  return Object.fromEntries(rights.map((right) => [right, true]))
}

function pairs(some: readonly string[], others: readonly string[]): readonly string[] {
  return some.flatMap((one) => others.map((other) => `${one} ${other}`.trim()))
}
