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
  const data = path.includes('data')
  const marks = data
    ? IN_DATA
    : path.some((key) => EXPANDED.includes(key))
      ? [UNDERSCORED]
      : ANYWHERE
  for (const form of marks) {
    const mark = form.exec(text)?.[0]
    if (mark !== undefined) return { mark, offset: placeOf(mark, source, start, end) }
  }
  const key = path.at(-1) ?? ''
  const isAddress = key === 'clusterIP' && text !== '' && text !== 'None'
  return isAddress && !/[.:]/.test(text) ? { mark: text, offset: start } : null
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
