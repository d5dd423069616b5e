import { at, isObject } from '../core/json.ts'
import type { KubeObject, Selection } from '../ports/cluster.ts'
import { metaText } from './objects.ts'

type Term = (valueOf: (key: string) => string | undefined) => boolean

/** Tells whether an object is in a selection, as the API server would; for objects that are only in memory. */
export function isSelected(object: KubeObject, selection: Selection): boolean {
  if (object.kind !== selection.kind || object.apiVersion !== selection.apiVersion) return false
  if (selection.namespace !== undefined && metaText(object, 'namespace') !== selection.namespace)
    return false
  const labels = object.metadata['labels']
  const label = (key: string): string | undefined => {
    const value = isObject(labels) && Object.hasOwn(labels, key) ? labels[key] : undefined
    return typeof value === 'string' ? value : undefined
  }
  const field = (key: string): string => {
    const value = at(object, ...key.split('.'))
    return typeof value === 'string' ? value : ''
  }
  return (
    terms(selection.labelSelector).every((term) => term(label)) &&
    terms(selection.fieldSelector).every((term) => term(field))
  )
}

/** `a=b,c!=d,e in (f,g),h,!i`. Throws (a bug here) on anything else, rather than selecting too much. */
function terms(selector: string | undefined): readonly Term[] {
  if (selector === undefined || selector.trim() === '') return []
  return selector.split(/,(?![^(]*\))/).map((text) => termOf(text.trim()))
}

function termOf(text: string): Term {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text)
  if (set !== null) {
    const [, key = '', word, list = ''] = set
    const values = list.split(',').map((value) => value.trim())
    return (valueOf) => values.includes(valueOf(key) ?? '\0') === (word === 'in')
  }
  const equal = /^([^=!\s]+)\s*(==?|!=)\s*(\S*)$/.exec(text)
  if (equal !== null) {
    const [, key = '', sign, value = ''] = equal
    return (valueOf) => (valueOf(key) === value) === (sign !== '!=')
  }
  const bare = /^(!?)\s*([\w./-]+)$/.exec(text)
  if (bare === null) throw new Error(`cannot read the selector "${text}"`)
  const [, not, key = ''] = bare
  return (valueOf) => (valueOf(key) === undefined) === (not === '!')
}
