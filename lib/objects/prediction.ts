import type { KubeObject, Preview } from '../ports/cluster.ts'
import { ofStatus } from './managed-fields.ts'
import { lastingContent, managedFieldsOf, withMetadata, without } from './objects.ts'

/** The object that a plan predicts, with owners of fields, without what only server and controllers decide. */
export function predictionOf({ after }: Extract<Preview, { after: unknown }>): KubeObject {
  const entries = managedFieldsOf(after)
    .filter((entry) => !ofStatus(entry))
    .map((entry) => without(entry, 'time'))
  const content = lastingContent(after)
  return entries.length === 0 ? content : withMetadata(content, { managedFields: entries })
}
