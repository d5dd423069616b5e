import type { File } from '../ports/resources.ts'
import { hostFolder, type Layout } from './layout.ts'

/** A file in a host's own folder. An object is written as JSON, which every program takes that reads YAML. */
export function hostFile(
  layout: Layout,
  host: string,
  name: string,
  content: string | object,
): File {
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`
  return { kind: 'file', path: `${hostFolder(layout, host)}/${name}`, mode: 0o644, text }
}
