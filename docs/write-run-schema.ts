import { writeFile } from 'node:fs/promises'
import { runSchemaText } from '../lib/report/event-schema.ts'

/** `npm run schema`: writes run.schema.json from the schema. */
const file = new URL('../run.schema.json', import.meta.url)
await writeFile(file, runSchemaText())
