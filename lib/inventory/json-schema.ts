import { z } from 'zod'
import { at, isObject, type Json, type JsonObject, listAt, textAt } from '../core/json.ts'
import type { Path } from './problem.ts'
import { fileSchema } from './schema.ts'

/** The text of inventory.schema.json, by which editors complete and check an inventory. */
export function jsonSchemaText(): string {
  return `${JSON.stringify(jsonSchema(), null, 2)}\n`
}

/** The schema's own words on the value at a path. */
type Hint = {
  /** `an IPv4 address`; null where the path leads nowhere. */
  readonly description: string | null
  /** One good value, as it is written in YAML. */
  readonly example: string | null
  /** The keys of a map. */
  readonly keys: readonly string[]
}

/** What is known of the value at a path. */
export function hintAt(path: Path): Hint {
  const here = schemaAt(path)
  const [example = at(here, 'default')] = listAt(here, 'examples')
  const scalar = typeof example === 'string' || typeof example === 'number'
  return {
    description: textAt(here, 'description') ?? null,
    example: scalar ? String(example) : null,
    keys: keysOf(here),
  }
}

/** The sections of the file that have a key of that name: `cluster` for `podCIDR`. */
export function sectionsWith(key: string): readonly string[] {
  const sections = at(jsonSchema(), 'properties')
  if (!isObject(sections)) return []
  return Object.keys(sections).filter((name) => keysOf(schemaAt([name])).includes(key))
}

let made: JsonObject | undefined

/** Made when first asked for: only messages and editors need it. */
function jsonSchema(): JsonObject {
  return (made ??= z.toJSONSchema(fileSchema, { io: 'input' }) as JsonObject)
}

function schemaAt(path: Path): Json | undefined {
  let here: Json | undefined = jsonSchema()
  for (const key of path) {
    here = typeof key === 'number' ? at(here, 'items') : at(mapOf(here), 'properties', key)
  }
  return mapOf(here)
}

/** Of `lab` or a map the map: the other one has nothing below it. */
function mapOf(schema: Json | undefined): Json | undefined {
  const choices = listAt(schema, 'anyOf')
  return choices.find((choice) => textAt(choice, 'type') === 'object') ?? schema
}

function keysOf(schema: Json | undefined): readonly string[] {
  const properties = at(schema, 'properties')
  return isObject(properties) ? Object.keys(properties) : []
}
