import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a certificate is for. */
export interface Pair {
  /** Files NAME.crt and NAME.key. */
  readonly name: string
  readonly subject: string
  readonly names?: string
  readonly usage: 'serverAuth' | 'clientAuth'
  /** Negative: expired. */
  readonly days?: number
}

const openssl = (folder: string, ...args: readonly string[]): void => {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
}

/** A CA `ca`, a server pair for 127.0.0.1, an admin pair and a key for service accounts. */
export function certificates(folder: string): void {
  authority(folder, 'ca')
  issue(folder, 'ca', {
    name: 'server',
    subject: '/CN=kube-apiserver',
    names: 'IP:127.0.0.1,IP:10.32.0.1,DNS:localhost',
    usage: 'serverAuth',
  })
  issue(folder, 'ca', { name: 'admin', subject: '/O=system:masters/CN=admin', usage: 'clientAuth' })
  openssl(folder, 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'sa.key')
}

/** Makes NAME.crt and NAME.key of a CA. */
export function authority(folder: string, name: string): void {
  openssl(
    folder,
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-subj',
    '/CN=test-ca',
    '-days',
    '2',
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.crt`,
  )
}

/** Has a CA sign a pair. */
export function issue(folder: string, ca: string, pair: Pair): void {
  const { name, subject, names, usage, days = 2 } = pair
  openssl(
    folder,
    'req',
    '-new',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-subj',
    subject,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
  )
  const extensions = `extendedKeyUsage=${usage}\n${names === undefined ? '' : `subjectAltName=${names}\n`}`
  writeFileSync(join(folder, `${name}.ext`), extensions)
  const files = ['-in', `${name}.csr`, '-extfile', `${name}.ext`, '-out', `${name}.crt`]
  const signer = ['-CA', `${ca}.crt`, '-CAkey', `${ca}.key`, '-CAcreateserial']
  openssl(folder, 'x509', '-req', ...files, ...signer, '-days', String(days))
}
