/** A template that cannot be read, or does not fit the document; the message is client-go's own. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError'
}
