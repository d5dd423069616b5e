import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { textAt } from '../../lib/core/json.ts'
import { parseManifest } from '../../lib/objects/manifest.ts'

/** The Corefile of a manifest in manifests/. */
export function corefileOf(file: 'coredns-1.6.2.yaml' | 'coredns-1.14.6.yaml'): string {
  const path = join(import.meta.dirname, '../../manifests', file)
  const objects = parseManifest(readFileSync(path), path)
  const text = textAt(
    objects.find(({ kind }) => kind === 'ConfigMap'),
    'data',
    'Corefile',
  )
  if (text === undefined) throw new Error(`${file} has no Corefile`)
  return text
}

export const OF_2020 = corefileOf('coredns-1.6.2.yaml')
export const OF_CURRENT = corefileOf('coredns-1.14.6.yaml')
