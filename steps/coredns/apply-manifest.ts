import type { OnConflict } from '../../lib/core/change.ts'
import { parseManifest } from '../../lib/objects/manifest.ts'
import { objectsStep } from '../../lib/step-kinds/objects-step.ts'
import { StepError } from '../../lib/core/errors.ts'

interface Manifest {
  /** Where download-manifest puts the file. */
  readonly path: string
  readonly onConflict?: OnConflict | undefined
}

export const applyManifest = ({ path, onConflict }: Manifest) =>
  objectsStep({
    id: 'apply-manifest',
    title: 'Apply coredns.yaml',
    chapter: { section: '14.1', command: 'kubectl apply -f coredns.yaml' },
    touches: ['hosts', 'objects'],
    onConflict,
    async objects(on) {
      const bytes = await on.host.readFile(path)
      if (bytes !== null) return parseManifest(bytes, path)
      throw new StepError({
        problem: `${path} is not there`,
        remedy: 'npx tsx run.ts --only download-manifest',
      })
    },
  })
