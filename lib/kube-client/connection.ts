import type { Agent } from 'undici'
import type { Access } from './wire.ts'

export interface Connection {
  access(): Promise<Access>
  close(): Promise<void>
}

/** A dead host is given up after this; another controller may answer. */
const CONNECT_MS = 5_000
/** Requests that run at the same time share at most this many connections (a watch holds one). */
const CONNECTIONS = 8
const MESSAGE_BYTES = 16 * 1024 * 1024

/** Settings of every dispatcher. HTTP/1.1: what a cut connection means for a request is then plain. */
export const SHARED = {
  connections: CONNECTIONS,
  allowH2: false,
  webSocket: { maxPayloadSize: MESSAGE_BYTES },
} as const

export type Tls = Exclude<NonNullable<Agent.Options['connect']>, (...args: never[]) => unknown>

/** Connections of one API server; the certificate is always verified, whatever NODE_TLS_REJECT_UNAUTHORIZED says. */
export function connectOptions(tls: Tls): Agent.Options {
  return { ...SHARED, connect: { ...tls, rejectUnauthorized: true, timeout: CONNECT_MS } }
}
