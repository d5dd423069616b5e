const words = (value: boolean | null | undefined, spelled: string) =>
  spelled.split(' ').map((word) => [word, value] as const)

/** JSON has neither infinity nor NaN: undefined. */
const WORDS: ReadonlyMap<string, boolean | null | undefined> = new Map([
  ...words(true, 'y Y yes Yes YES true True TRUE on On ON'),
  ...words(false, 'n N no No NO false False FALSE off Off OFF'),
  ...words(null, '~ null Null NULL'),
  ...words(undefined, '.nan .NaN .NAN .inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF'),
  ['', null],
])

const INTEGER = /^([-+]?)(?:0[xX]([\da-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/

/**
 * The value of an unquoted scalar as kubectl has it: resolve.go of go-yaml v2, which sigs.k8s.io/yaml reads with.
 * That is YAML 1.1 without numbers to base 60, and with times as text. Undefined: a number that cannot be
 * kept exactly, here or in JSON.
 */
export function plainScalar(text: string): string | number | boolean | null | undefined {
  if (WORDS.has(text)) return WORDS.get(text)
  if (!/^[-+.\d]/.test(text)) return text
  const plain = text.replaceAll('_', '')
  const [whole, sign = '', hex, binary, octal, decimal] = INTEGER.exec(plain) ?? []
  if (whole === undefined) return FLOAT.test(plain) ? finite(plain, text) : text
  const digits = [
    ['0x', hex],
    ['0b', binary],
    ['0o', octal],
    ['', decimal],
  ] as const
  const number = Number(digits.map(([base, found]) => (found ? base + found : '')).join(''))
  if (!Number.isSafeInteger(number)) return undefined
  return sign === '-' && number !== 0 ? -number : number
}

/** What is too large for a float stays text. */
function finite(plain: string, text: string): number | string {
  const number = Number(plain)
  return Number.isFinite(number) ? number : text
}
