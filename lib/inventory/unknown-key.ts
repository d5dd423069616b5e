import { byNearness } from '../core/nearest.ts'
import { hintAt, sectionsWith } from './json-schema.ts'
import { type Path, pathText, type ProblemAt } from './problem.ts'
import { quote } from './quote.ts'

/** Keys compared and told; a file with more has another problem. */
const MOST = 50
const LONGEST = 40

/** Keys that the schema does not know, each with the nearest that it does. */
export function explainUnknownKeys(path: Path, keys: readonly string[]): readonly ProblemAt[] {
  const known = hintAt(path).keys
  return keys.slice(0, MOST).map((key) => ({
    path: [...path, key],
    atKey: true as const,
    problem: `unknown key ${quote(key)}${path.length === 0 ? '' : ` in ${pathText(path)}`}`,
    remedy: remedyFor(key, known, path.length === 0),
  }))
}

function remedyFor(key: string, known: readonly string[], atTop: boolean): string {
  // Never soften this: whoever looks for such a key is to learn that there is none.
  if (/insecure|skip.*verify|skip.*tls/i.test(key)) return 'remove it: TLS is always verified'
  if (/token|passw|secret|credential/i.test(key)) {
    return 'remove it, and what it holds: credentials stay in the kubeconfig'
  }
  const sections = atTop ? sectionsWith(key) : []
  if (sections.length > 0) return `move it below ${sections.join(' or ')}`
  const [nearest] = byNearness(key.slice(0, LONGEST), known)
  if (nearest === undefined) return 'take it out'
  const others = known.filter((one) => one !== nearest)
  const rest = others.length === 0 ? '' : `; known besides: ${others.join(', ')}`
  return `did you mean ${nearest}${rest}`
}
