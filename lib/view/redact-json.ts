import { isObject, type Json, type JsonObject, textAt } from '../core/json.ts'
import { isSecretName, redact, REDACTED } from './redact.ts'

/**
 * `value` with every string redacted, keys included, and with what its place tells to be secret
 * masked whole: a value under a secret name, a Secret's data, a changed field of either.
 */
export function redactJson(value: Json): Json {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((item: Json) => redactJson(item))
  return isObject(value) ? redactObject(value) : value
}

function redactObject(object: JsonObject): JsonObject {
  const secretKeys = keysOfSecrets(object)
  return mapped(object, (key, value) =>
    secretKeys.has(key) || isSecretValue(key, value) ? masked(value) : redactJson(value),
  )
}

function mapped(object: JsonObject, of: (key: string, value: Json) => Json): JsonObject {
  const entries = Object.entries(object)
  return Object.fromEntries(entries.map(([key, value]) => [redact(key), of(key, value)]))
}

/** An object below a secret name is a description, such as a `serviceAccountToken` volume; only scalars tell. */
function isSecretValue(key: string, value: Json): boolean {
  if (typeof value === 'object') return false
  // The encryption configuration's keys; a shorter `secret` is the name of one.
  return isSecretName(key) || (key === 'secret' && typeof value === 'string' && value.length >= 40)
}

/** The keys of an object whose values are secret because of what else the object says. */
function keysOfSecrets(object: JsonObject): ReadonlySet<string> {
  const text = (key: string): string => textAt(object, key) ?? ''
  const keys = new Set<string>()
  if (object['kind'] === 'Secret') keys.add('data').add('stringData')
  // A change to a Secret: its fields' old and new values.
  if (/^secrets?(?:\.v1)?\//i.test(text('what'))) keys.add('fields')
  // One changed field, `.users[0].user.token`.
  if (isSecretName(text('path').replace(/["'\]]+$/, ''))) keys.add('from').add('to')
  // An environment variable, `{name: DB_PASSWORD, value: …}`.
  if (isSecretName(text('name'))) keys.add('value')
  return keys
}

/** Every scalar below `value` masked, but the shape, paths and owners kept; nothing and yes/no tell no secret. */
function masked(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => masked(item))
  if (isObject(value)) {
    return mapped(value, (key, item) =>
      (key === 'path' || key === 'owner') && typeof item === 'string' ? redact(item) : masked(item),
    )
  }
  return value === null || typeof value === 'boolean' || value === '' ? value : REDACTED
}
