import { parseManifest } from '../../lib/cluster/manifest.ts'
import { objectsStep } from '../../lib/cluster/objects-step.ts'
import { StepError } from '../../lib/errors.ts'

/** `path` is where download-manifest puts the file. */
export const applyManifest = ({ path }: { readonly path: string }) =>
  objectsStep({
    id: 'apply-manifest',
    title: 'Apply coredns.yaml',
    chapter: { section: '14.1', command: 'kubectl apply -f coredns.yaml' },
    async objects(on) {
      const bytes = await on.host.readFile(path)
      if (bytes !== null) return parseManifest(bytes, path)
      throw new StepError({
        problem: `${path} is not there`,
        remedy: 'npx tsx run.ts --only download-manifest',
      })
    },
  })
