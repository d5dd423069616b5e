import { createPrivateKey, KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { defined } from '../../core/defined.ts'
import type { Json } from '../../core/json.ts'
import { absent, removeWhole, writeWhole } from '../files.ts'
import type { Certificate } from '../../ports/resources.ts'
import { type Kind, oneByOne } from './kind.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 24 * 60 * 60 * 1000
/** As in the book's ca-config.json: 8760 h. */
const VALID_MS = 365 * DAY_MS
/** Seen from now; a day early, as the clocks of hosts differ. */
const BEGINS_MS = { over: -2 * DAY_MS - VALID_MS, now: -DAY_MS, 'to come': DAY_MS } as const
/** Renewed when less is left. */
const RENEW_MS = 30 * DAY_MS

/** A private key with its certificate; the key never leaves the machine, nor enters a journal. */
export const certificate: Kind<Certificate> = {
  name: ({ path }) => `certificate ${path}.pem`,
  wanted: ({ commonName, organization, names, authority, validity }) => ({
    commonName,
    organization,
    names: [...names].sort(),
    signedBy: authority ?? 'itself',
    usable: true,
    ...defined({ validity }),
  }),
  look: oneByOne(lookAt),
  put: issue,
  async restore({ path }, before) {
    if (before !== null) return
    await removeWhole(`${path}.pem`)
    await removeWhole(`${path}-key.pem`)
  },
  undone: ({ path }, before) =>
    before === null
      ? `certificate ${path}.pem removed`
      : `certificate ${path}.pem stays as issued last: no key is kept to restore`,
}

async function lookAt(wanted: Certificate): Promise<Json> {
  const pem = await readFile(`${wanted.path}.pem`).catch(absent)
  const key = await readFile(`${wanted.path}-key.pem`).catch(absent)
  if (pem === null && key === null) return null
  if (pem === null || key === null) return { usable: false }
  try {
    const found = new X509Certificate(pem)
    const subject = new Map(found.subject.split('\n').map((line) => splitOnce(line, '=')))
    return {
      commonName: subject.get('CN') ?? '',
      organization: subject.get('O') ?? '',
      names: namesOf(found).sort(),
      signedBy: await signerOf(found, wanted.authority),
      usable:
        found.checkPrivateKey(createPrivateKey(key)) &&
        (wanted.validity !== undefined || lastsLongEnough(found)),
      ...(wanted.validity === undefined ? {} : { validity: validityOf(found) }),
    }
  } catch {
    return { usable: false }
  }
}

async function signerOf(found: X509Certificate, authority: string | null): Promise<string> {
  if (authority === null) return found.verify(found.publicKey) ? 'itself' : 'another'
  const pem = await readFile(`${authority}.pem`).catch(absent)
  if (pem === null) return 'another'
  return found.verify(new X509Certificate(pem).publicKey) ? authority : 'another'
}

function lastsLongEnough(found: X509Certificate): boolean {
  const [from, to] = [Date.parse(found.validFrom), Date.parse(found.validTo)]
  return from <= Date.now() && to - Date.now() > RENEW_MS
}

function validityOf(found: X509Certificate): 'over' | 'now' | 'to come' {
  if (Date.parse(found.validFrom) > Date.now()) return 'to come'
  return Date.parse(found.validTo) < Date.now() ? 'over' : 'now'
}

/** `DNS:a, IP Address:1.2.3.4` as Node prints it. */
function namesOf(found: X509Certificate): string[] {
  return (found.subjectAltName ?? '').split(', ').flatMap((entry) => {
    const [, name] = splitOnce(entry, ':')
    return name === '' ? [] : [name]
  })
}

function splitOnce(text: string, separator: string): [string, string] {
  const cut = text.indexOf(separator)
  return cut < 0 ? [text, ''] : [text.slice(0, cut), text.slice(cut + separator.length)]
}

async function issue(wanted: Certificate): Promise<void> {
  const x509 = await loadX509()
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const begins = Date.now() + BEGINS_MS[wanted.validity ?? 'now']
  const signer = wanted.authority === null ? null : await authorityAt(wanted.authority)
  const subject = new x509.Name([
    ...(wanted.organization === '' ? [] : [{ O: [wanted.organization] }]),
    { CN: [wanted.commonName] },
  ]).toString()
  const { KeyUsageFlags, ExtendedKeyUsage } = x509
  const use =
    signer === null
      ? [new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true)]
      : [
          new x509.KeyUsagesExtension(
            KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment,
            true,
          ),
          new x509.ExtendedKeyUsageExtension([
            ExtendedKeyUsage.serverAuth,
            ExtendedKeyUsage.clientAuth,
          ]),
        ]
  const names = wanted.names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }) as const)
  const made = await x509.X509CertificateGenerator.create({
    serialNumber: randomBytes(16)
      .toString('hex')
      .replace(/^[89a-f]/, '1'),
    subject,
    issuer: signer?.subject ?? subject,
    notBefore: new Date(begins),
    notAfter: new Date(begins + DAY_MS + VALID_MS),
    publicKey: keys.publicKey,
    signingKey: signer?.key ?? keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(signer === null, undefined, true),
      ...use,
      ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      // RFC 5280 wants it, and strict clients refuse a chain without.
      await x509.AuthorityKeyIdentifierExtension.create(signer?.publicKey ?? keys.publicKey),
    ],
  })
  const secret = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' })
  await writeWhole(`${wanted.path}-key.pem`, secret, 0o600)
  await writeWhole(`${wanted.path}.pem`, `${made.toString('pem')}\n`, 0o644)
}

/** Slow to load and only needed to issue: a run with nothing to do never pays for it. */
async function loadX509() {
  // x509 is built on tsyringe, which wants this first.
  await import('reflect-metadata')
  return import('@peculiar/x509')
}

async function authorityAt(path: string) {
  const x509 = await loadX509()
  const { subject, publicKey } = new x509.X509Certificate(await readFile(`${path}.pem`, 'utf8'))
  const secret = createPrivateKey(await readFile(`${path}-key.pem`))
  return { subject, publicKey, key: secret.toCryptoKey(ALGORITHM, false, ['sign']) }
}
