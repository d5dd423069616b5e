import { writeFile } from 'node:fs/promises'
import { jsonSchemaText } from './json-schema.ts'

/** `npm run schema`: writes inventory.schema.json from the schema. */
const file = new URL('../../inventory.schema.json', import.meta.url)
await writeFile(file, jsonSchemaText())
