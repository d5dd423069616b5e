/** What stands where a secret stood. */
export const REDACTED = '[redacted]'

/**
 * Names whose value is a secret, also as the end of a longer name: `accessToken`, `DB_PASSWORD`.
 * Spelled for a case-insensitive pattern.
 */
const NAMES =
  'client-key-data|token|password|passwd|passphrase|certificate-key|' +
  '(?:private|api|access|secret|signing|encryption)[-_]?key|client[-_]?secret'

const SECRET_NAME = new RegExp(`(?:${NAMES})$`, 'i')

/** A PEM private key; one whose end was cut off reaches to the end of the text. */
const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g

// Values that say nothing, and what an earlier pass has put there.
const NO_SECRET =
  String.raw`(?!""|''|[|>][+-]?[ \t]*\n|[\\"']*(?:\[redacted|` +
  String.raw`(?:null|nil|none|true|false|unset|undefined|no such file or directory|permission denied)\b|token(?=[\s,;]|$)|<[A-Za-z_-]+>|\{|\$[({]))`
const VALUE = String.raw`(?:\\+"[^"\n]*"?|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?|[^\s"'&]*[^\s"'&,;)}\]])`

const BLOCK_VALUE = new RegExp(
  `((?:${NAMES})["']?[ \\t]*:[ \\t]*[|>][+-]?[ \\t]*\\n)(?:[ \\t]+\\S.*\\n?)+`,
  'gi',
)
const NAMED_VALUE = new RegExp(
  `((?:${NAMES})\\\\*["']?[ \\t]*[:=][ \\t]*)${NO_SECRET}(${VALUE})`,
  'gi',
)
const FLAG_VALUE = new RegExp(
  `(--?[\\w-]{0,40}(?:${NAMES})[ \\t]+)(?!-)${NO_SECRET}(${VALUE})`,
  'gi',
)

/** Kubernetes' encryption configuration names its keys just `secret`; prose does so too, hence the length. */
const SECRET_VALUE = /(\bsecret\\*["']?[ \t]*[:=][ \t]*\\*["']?)[A-Za-z0-9+/_-]{16,}={0,2}/gi

const AUTHORIZATION =
  /(\bauthorization\\*["']?\s*[:=]\s*\\*["']?(?:basic|bearer|digest|negotiate)\s+)[^\s"',\\[]+/gi
const BEARER =
  /(\bbearer\s+)(?!(?:tokens?|auth|authentication|authorization|credentials?)\b)[A-Za-z0-9._~+/=-]{6,}/gi
const JWT = /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*)*/g
const ISSUED_TOKEN = /\b(?:gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{16,}/g
/** Signed addresses have their secret there, whatever its name. */
const QUERY = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s?#"'<>]+\?)([^\s#"'<>]*[^\s#"'<>,;:.)])/gi
const USER_INFO = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"'<>]*@/gi

/** A run of base64, wrapped lines joined, each line standing alone. */
const BASE64 =
  /[A-Za-z0-9+/_-]{20,}={0,2}(?:(?:\\n|\r?\n)[ \t]*[A-Za-z0-9+/_-]+={0,2}(?=\s|\\n|["']|$))*/g

/**
 * `text` without secrets: private keys, bearer and other tokens, passwords, URL userinfo, and
 * base64 of any of these. Rather too much than too little. Applying it again changes nothing.
 */
export function redact(text: string): string {
  return redactTo(text.length > LONGEST ? `${text.slice(0, LONGEST - 6)}…[cut]` : text, MAX_DEPTH)
}

/** True for a key whose value must not be shown: `token`, `client-key-data`, `DB_PASSWORD`. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name)
}

/** Nobody reads more, and looking for secrets takes its time. */
const LONGEST = 2 ** 18

/** Base64 within base64 (a kubeconfig in a Secret) is looked into this deep. */
const MAX_DEPTH = 3

function redactTo(text: string, depth: number): string {
  let before = text
  // What one pattern leaves may be what another looks for; in practice the second pass is the last.
  for (let pass = 0; pass < 4; pass++) {
    const after = redactOnce(before, depth)
    if (after === before) break
    before = after
  }
  return before
}

function redactOnce(text: string, depth: number): string {
  const plain = text
    .replace(PRIVATE_KEY, '[redacted private key]')
    .replace(BLOCK_VALUE, (_, start: string) => `${start}  ${REDACTED}\n`)
    .replace(AUTHORIZATION, `$1${REDACTED}`)
    .replace(NAMED_VALUE, keepName)
    .replace(FLAG_VALUE, keepName)
    .replace(SECRET_VALUE, `$1${REDACTED}`)
    .replace(BEARER, `$1${REDACTED}`)
    .replace(JWT, REDACTED)
    .replace(ISSUED_TOKEN, REDACTED)
    .replace(USER_INFO, `$1${REDACTED}@`)
    .replace(QUERY, (_, before: string, query: string) => before + maskedQuery(query))
  if (depth === 0) return plain
  const secret = (decoded: string): boolean => redactTo(decoded, depth - 1) !== decoded
  return plain.replace(BASE64, (run) => (hidesSecret(run, secret) ? '[redacted base64]' : run))
}

function maskedQuery(query: string): string {
  const parts = query
    .split('&')
    .map((part) => (part.includes('=') ? `${part.replace(/=.*/s, '=')}${REDACTED}` : REDACTED))
  return parts.join('&')
}

/** Keeps the name and the quotes around the value, so that JSON and YAML stay readable. */
function keepName(_: string, name: string, value: string): string {
  const open = /^\\*["']/.exec(value)?.[0] ?? ''
  const close = open !== '' && value.length > open.length && value.endsWith(open.slice(-1))
  return name + open + REDACTED + (close ? open : '')
}

/**
 * True where a run of base64 (either alphabet, wrapped or not) decodes to text that `secret` knows.
 * A run may begin with foreign letters, as in `path/LS0tLS1…`, so each alignment is tried.
 */
function hidesSecret(run: string, secret: (decoded: string) => boolean): boolean {
  const letters = run.replace(/\\n|[^A-Za-z0-9+/_-]/g, '')
  return [0, 1, 2, 3].some((skip) =>
    secret(Buffer.from(letters.slice(skip), 'base64').toString('latin1')),
  )
}
