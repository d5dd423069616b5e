import type { Chapter } from '../../lib/dns/chapter.ts'
import { parseManifest } from '../../lib/objects/manifest.ts'
import { objectsStep } from '../../lib/step-kinds/objects-step.ts'
import { StepError } from '../../lib/core/errors.ts'

export const applyManifest = ({ path, onConflict }: Pick<Chapter, 'path' | 'onConflict'>) =>
  objectsStep({
    id: 'apply-manifest',
    title: 'Apply coredns.yaml',
    chapter: { section: '14.1', command: 'kubectl apply -f coredns.yaml' },
    touches: ['hosts', 'objects'],
    onConflict,
    async objects(ctx) {
      const bytes = await ctx.host.readFile(path)
      if (bytes !== null) return parseManifest(bytes, path)
      throw new StepError({
        problem: `${path} is not there`,
        remedy: 'npx tsx run.ts --only download-manifest',
      })
    },
  })
