import type { ScalarSeen } from './kubectl-yaml.ts'

/** Values that the sed scripts beside CoreDNS's own manifests fill in. */
const NAMED = /\b(?:CLUSTER_DNS_IP|CLUSTER_DOMAIN|REVERSE_CIDRS|UPSTREAMNAMESERVER|STUBDOMAINS)\b/
const UNDERSCORED = /\b__[A-Z0-9]+(?:_+[A-Z0-9]+)*__/

/** In any value: what Helm, Go, shells, envsubst and sed leave where nobody has filled it in. */
const ANYWHERE = [
  NAMED,
  UNDERSCORED,
  /\{\{.*?\}\}/s,
  /\{%.*?%\}/s,
  /[$%]\{[^}]*\}%?/,
  /\$\([A-Za-z_]\w*\)/,
  /^\$[A-Za-z_]\w*$/,
  /^<[\w .:-]+>$/,
  /[@%][A-Z][A-Z0-9_]+[@%]/,
]

/** In a Corefile and the like, which has `{$NAME}` and, for the plugin template, `{{ .Name }}` by right. */
const IN_DATA = [
  /%\{\w+\}%/,
  NAMED,
  UNDERSCORED,
  /\{\{-?\s*(?:\.Values|\.Release|\.Chart|include|pillar|toYaml)\b.*?\}\}/,
  /(?<![{\\])\$(?:\{[A-Za-z_]\w*\}|[A-Z][A-Z0-9_]{2,}\b)/,
]

/** In a Corefile, besides: a name that is no value of the plugin template, whose answers may have conditions; Jinja's lines. */
const IN_COREFILE = [
  /\{\{-?\s*(?!(?:end|else|break|continue)\b)[A-Za-z_][\w.]*\s*(?:\|[^}]*)?-?\}\}/,
  /\{\{-?\s*\.(?!(?:Zone|Name|Regex|Match|Group|Class|Type|Message|Question|Remote|Meta)\b)\w.*?\}\}/,
  /\{%-?\s+\w[^%]*%\}/,
]

/** Its key, or that of a file that it imports, as AKS and k3s have them. */
const COREFILE = /corefile|\.(?:server|override)$/i

/** What Kubernetes expands itself, or hands to a shell. */
const EXPANDED = ['command', 'args', 'env']
/** Texts for people and for other programs. */
const FREE = ['annotations', 'description']

/** A placeholder that nobody has filled in, and where it stands; null where there is none. */
export function placeholderIn(
  { path, text, range: [start, end] }: ScalarSeen,
  source: string,
): { readonly mark: string; readonly offset: number } | null {
  if (path.some((key) => FREE.includes(key))) return null
  const key = path.at(-1) ?? ''
  for (const form of formsAt(path, key)) {
    const mark = form.exec(text)?.[0]
    if (mark !== undefined) return { mark, offset: placeOf(mark, source, start, end) }
  }
  const isAddress = key === 'clusterIP' && text !== '' && text !== 'None'
  return isAddress && !/[.:]/.test(text) ? { mark: text, offset: start } : null
}

function formsAt(path: readonly string[], key: string): readonly RegExp[] {
  if (path.includes('data')) return COREFILE.test(key) ? [...IN_DATA, ...IN_COREFILE] : IN_DATA
  return path.some((one) => EXPANDED.includes(one)) ? [UNDERSCORED] : ANYWHERE
}

/** Of a text of several lines, the one that has it. */
function placeOf(mark: string, source: string, start: number, end: number): number {
  const within = source.slice(start, end).indexOf(mark)
  return start + Math.max(within, 0)
}

/** Lines of a template that are no YAML, or a map where a value is meant; from 1. */
export function templateLines(source: string): readonly number[] {
  return source.split('\n').flatMap((line, i) => (STRUCTURE.test(line) ? [i + 1] : []))
}

const STRUCTURE = /(?:^|:)\s*(?:- )?(?:\{\{|\{%|%\{)/
