/**
 * True where a run of base64 (either alphabet, wrapped or not) decodes to text that `secret` knows.
 * A run may begin with foreign letters, as in `path/LS0tLS1…`, so each alignment is tried.
 */
export function hidesSecret(run: string, secret: (decoded: string) => boolean): boolean {
  const letters = run.replace(/\\n|[^A-Za-z0-9+/_-]/g, '')
  return [0, 1, 2, 3].some((skip) =>
    secret(Buffer.from(letters.slice(skip), 'base64').toString('latin1')),
  )
}
