import { type Evidence, valueOf } from './evidence.ts'

/** The Corefile as CoreDNS reads it: variables have their values, as far as these are known. Empty where none is known. */
export function corefileText(e: Evidence): string {
  return (valueOf(e.corefile) ?? '').replaceAll(VARIABLE, (mark, name: string) => {
    const value = valueIn(e, name)
    return value === undefined ? '' : (value ?? mark)
  })
}

/** Variables of the Corefile that its container does not have, so that CoreDNS reads nothing in their place. */
export function unsetIn(e: Evidence): readonly string[] {
  const all = [...(valueOf(e.corefile) ?? '').matchAll(VARIABLE)]
  const unset = all.filter(([, name = '']) => valueIn(e, name) === undefined)
  return [...new Set(unset.map(([mark]) => mark))]
}

/** `{$NAME}`, or `{%NAME%}`; the lookahead is for both (coredns/caddy, caddyfile/parse.go). */
const VARIABLE = /\{(?=\$[^}]+\}|%[^%]+%\})[$%]([^}%]+)%?\}/g

/** What kubelets and images give any container. */
const GIVEN = /^(?:PATH|HOME|HOSTNAME)$|_SERVICE_|_PORT(?:_|$)/

/** Undefined where there is none of that name, null where that cannot be told. */
function valueIn({ dns }: Evidence, name: string): string | null | undefined {
  const found = valueOf(dns)
  if (found == null || found.variables === null || GIVEN.test(name)) return null
  return found.variables?.[name]
}
