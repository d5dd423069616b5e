/** The CI job that this run is a part of; `summary` is the file that GitHub shows as the job's summary. */
export type CiJob =
  { readonly kind: 'github'; readonly summary: string | undefined } | { readonly kind: 'gitlab' }

/** What the environment says: GITHUB_ACTIONS, GITHUB_STEP_SUMMARY and GITLAB_CI are set by the runners. */
export function ciJobIn(env: Readonly<Record<string, string | undefined>>): CiJob | null {
  if (env['GITHUB_ACTIONS'] === 'true') {
    return { kind: 'github', summary: env['GITHUB_STEP_SUMMARY'] || undefined }
  }
  return env['GITLAB_CI'] === 'true' ? { kind: 'gitlab' } : null
}
