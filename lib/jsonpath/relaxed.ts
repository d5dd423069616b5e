import { JsonPathError } from './error.ts'

/**
 * The template that kubectl makes of the path in `--sort-by`, `wait --for=jsonpath=` and custom
 * columns: `x`, `.x` and `{x}` become `{.x}`. Not done for `-o jsonpath=`, where text outside braces
 * is literal. An empty path stays empty. Throws JsonPathError.
 */
export function relaxedJsonPath(path: string): string {
  if (path === '') return path
  const found = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(path)
  if (found === null) {
    throw new JsonPathError(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    )
  }
  return `{.${found[1] ?? found[2] ?? ''}}`
}
