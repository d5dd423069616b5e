import { writeFile } from 'node:fs/promises'
import { faults } from '../../steps/faults.ts'
import { failuresText } from '../diagnosis/failure-pages.ts'
import { loadInventory } from '../inventory/load.ts'
import { labOf } from '../lab/layout.ts'
import { PROJECT_FOLDER } from './project.ts'

/** `npm run docs`: writes docs/failures.md from the rules and the faults. */
const all = faults(labOf(await loadInventory(`${PROJECT_FOLDER}inventory.yaml`)))
await writeFile(`${PROJECT_FOLDER}docs/failures.md`, failuresText(all))
