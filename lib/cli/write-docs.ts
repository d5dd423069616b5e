import { writeFile } from 'node:fs/promises'
import { faults } from '../../steps/index.ts'
import { failuresText } from '../diagnosis/failure-pages.ts'
import { loadInventory } from '../inventory/load.ts'
import { layoutOf } from '../lab/layout.ts'
import { PROJECT_FOLDER } from './project.ts'

/** `npm run docs`: writes docs/failures.md from the rules and the faults. */
const inventory = await loadInventory(`${PROJECT_FOLDER}inventory.yaml`)
const all = faults(inventory, layoutOf(inventory.lab.name), { path: 'coredns.yaml' })
await writeFile(`${PROJECT_FOLDER}docs/failures.md`, failuresText(all))
