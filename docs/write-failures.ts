import { writeFile } from 'node:fs/promises'
import { faults } from '../steps/faults.ts'
import { failuresText } from '../lib/diagnosis/failure-pages.ts'
import { loadInventory } from '../lib/inventory/load.ts'
import { labOf } from '../lib/lab/layout.ts'
import { ja } from '../lib/words/ja/ja.ts'
import { PROJECT_FOLDER } from '../lib/cli/project.ts'

/** `npm run docs`: writes docs/failures.md from the rules and the faults, and docs/failures.ja.md in Japanese. */
const all = faults(labOf(await loadInventory(`${PROJECT_FOLDER}inventory.yaml`)))
await writeFile(`${PROJECT_FOLDER}docs/failures.md`, failuresText(all))
await writeFile(`${PROJECT_FOLDER}docs/failures.ja.md`, failuresText(all, ja))
