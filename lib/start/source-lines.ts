import { readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { fileURLToPath } from 'node:url'

/** From now on the stacks of errors name the sources that a bundle was made of. */
export function tellSourceLines(): void {
  const maps = new Map<string, SourceMap | null>()
  const mapOf = (url: string): SourceMap | null => {
    const known = maps.get(url)
    if (known !== undefined) return known
    const map = readMap(url)
    maps.set(url, map)
    return map
  }
  Error.prepareStackTrace = (error, sites) => {
    const maps = isRead(error, sites) ? mapOf : () => null
    const places = sites.map((site) => placeOf(site, maps))
    return [String(error), ...places.map((place) => `    at ${place}`)].join('\n')
  }
}

/**
 * To read a map takes a tenth of a second. zx asks where it was called from, before each program, and Node looks at
 * the stack of what a stream is closed with, as undici does with each client: no failures, and nobody reads them.
 */
function isRead(error: Error, [first]: readonly NodeJS.CallSite[]): boolean {
  const code = 'code' in error ? String(error.code) : ''
  return first?.getFunctionName() !== 'getCallerLocation' && !code.startsWith('UND_ERR_')
}

/** `name (file:line:column)`, as Node has it. */
function placeOf(site: NodeJS.CallSite, mapOf: (url: string) => SourceMap | null): string {
  const url = site.getFileName() ?? '<anonymous>'
  const [line, column] = [site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0]
  const origin = mapOf(url)?.findOrigin(line, column)
  const place =
    origin !== undefined && 'fileName' in origin
      ? `${new URL(origin.fileName, url).href}:${origin.lineNumber}:${origin.columnNumber}`
      : `${url}:${line}:${column}`
  const name = site.getFunctionName()
  return name === null ? place : `${name} (${place})`
}

/** Null of what is no file of a bundle. */
function readMap(url: string): SourceMap | null {
  try {
    const text = readFileSync(`${fileURLToPath(url)}.map`, 'utf8')
    return new SourceMap(JSON.parse(text) as SourceMapPayload)
  } catch {
    return null
  }
}
