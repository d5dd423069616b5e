import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { defined } from '../core/defined.ts'
import { InputError, messageOf } from '../core/errors.ts'
import { type JsonObject, textAt } from '../core/json.ts'
import { quoted } from '../core/shell.ts'
import { kubectlFor } from './failures.ts'
import type { Kubeconfig } from './kubeconfig.ts'

/** A client certificate and its key, PEM. */
export type Pair = {
  readonly cert?: Buffer | string
  readonly key?: Buffer | string
}

/** The CA of the cluster, PEM; undefined where the machine's own are to be trusted. */
export function authorityOf(config: Kubeconfig): Buffer | undefined {
  const found = fileOrData(config, config.cluster, 'certificate-authority')
  // Node takes whatever it cannot read as no CA.
  if (found === undefined || /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/.test(found.toString('latin1')))
    return found
  const { kubeconfig, context } = config.target
  throw new InputError({
    problem: `the certificate-authority in ${kubeconfig}, of the cluster of context ${context}, has no certificate in it`,
    cause: 'certificate-authority-data is base64 of a PEM file, encoded once',
    remedy: `kubectl config set-cluster NAME --kubeconfig ${quoted(kubeconfig)} --certificate-authority CA.crt --embed-certs`,
  })
}

/** What the kubeconfig itself, or a file that it names, has of a client certificate. */
export function ownPair(config: Kubeconfig): Pair {
  return defined({
    cert: fileOrData(config, config.user, 'client-certificate'),
    key: fileOrData(config, config.user, 'client-key'),
  })
}

/** Read each time: whoever made the file may renew it. */
export function ownToken(config: Kubeconfig): string | undefined {
  const file = textAt(config.user, 'tokenFile') ?? ''
  if (file !== '') return readBeside(config, file).toString('utf8').trim()
  const token = textAt(config.user, 'token') ?? ''
  return token === '' ? undefined : token
}

/** Throws InputError where certificates and key cannot be used together. */
export function mustBeUsable(config: Kubeconfig, tls: Pair & { readonly ca?: Buffer }): void {
  if (/ENCRYPTED/.test(tls.key?.toString() ?? '')) {
    const { kubeconfig, user } = config.target
    throw new InputError({
      problem: `the client key of user ${user} in ${kubeconfig} is encrypted, and nobody is asked for a passphrase`,
      remedy: `openssl pkey -in CLIENT.key -out PLAIN.key; then name PLAIN.key as client-key of user ${user}`,
    })
  }
  try {
    createSecureContext(tls)
    mustBelongTogether(tls)
  } catch (error) {
    throw unusable(config, 'certificates and key do not match, or are damaged', error)
  }
}

/** OpenSSL tells of keys of one kind only; of two kinds it sends no certificate. @throws Error */
function mustBelongTogether({ cert, key }: Pair): void {
  if (cert === undefined && key === undefined) return
  if (cert === undefined || key === undefined) throw new Error('the one is there, the other not')
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw new Error('the key is of another certificate')
  }
}

/** `KEY` names a file, beside the kubeconfig where it is relative; `KEY-data` holds it in base64. */
function fileOrData(config: Kubeconfig, map: JsonObject, key: string): Buffer | undefined {
  const data = textAt(map, `${key}-data`) ?? ''
  if (data !== '') return Buffer.from(data, 'base64')
  const path = textAt(map, key) ?? ''
  return path === '' ? undefined : readBeside(config, path)
}

function readBeside(config: Kubeconfig, path: string): Buffer {
  const file = resolve(dirname(config.target.kubeconfig), path)
  try {
    return readFileSync(file)
  } catch (error) {
    throw unusable(config, `${file} cannot be read`, error)
  }
}

function unusable({ target }: Kubeconfig, problem: string, error: unknown): InputError {
  return new InputError(
    {
      problem: `the credentials of user ${target.user} in ${target.kubeconfig} cannot be used: ${problem}`,
      seen: [messageOf(error)],
      remedy: `${kubectlFor(target)} auth whoami`,
    },
    { cause: error },
  )
}
