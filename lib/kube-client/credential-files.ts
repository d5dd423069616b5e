import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { defined } from '../core/defined.ts'
import { InputError, messageOf } from '../core/errors.ts'
import { type JsonObject, textAt } from '../core/json.ts'
import { kubectlFor } from './failures.ts'
import type { Kubeconfig } from './kubeconfig.ts'

/** A client certificate and its key, PEM. */
export type Pair = {
  readonly cert?: Buffer | string
  readonly key?: Buffer | string
}

/** The CA of the cluster, PEM; undefined where the machine's own are to be trusted. */
export function authorityOf(config: Kubeconfig): Buffer | undefined {
  return fileOrData(config, config.cluster, 'certificate-authority')
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
  try {
    createSecureContext(tls)
  } catch (error) {
    throw unusable(config, 'certificates and key do not match, or are damaged', error)
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
