import { connect } from 'node:net'
import { answers } from './sockets.ts'

/** An idle containerd answers within milliseconds, and is asked again by who waits for it. */
const TIMEOUT_MS = 1_000
/** A gRPC message without a field: a flag for compression and four bytes of length, all 0. */
const EMPTY = Buffer.alloc(5)

/**
 * Whether a container runtime serves kubelets at a unix socket: it answers `Version` of CRI
 * (k8s.io/cri-api, runtime/v1). containerd listens some time before that, and a kubelet that starts meanwhile ends.
 */
export async function servesKubelets(path: string, timeoutMs = TIMEOUT_MS): Promise<boolean> {
  // To load HTTP/2 takes longer than to see that nobody listens.
  if (!(await answers(path))) return false
  const http2 = await import('node:http2')
  const session = http2.connect('http://localhost', { createConnection: () => connect(path) })
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const late = setTimeout(resolve, timeoutMs, false)
  const told = (headers: { readonly 'grpc-status'?: string | string[] }): void => {
    const status = headers['grpc-status']
    if (status !== undefined) resolve(status === '0')
  }
  session.on('error', () => {
    resolve(false)
  })
  const request = session.request({
    ':method': 'POST',
    ':path': '/runtime.v1.RuntimeService/Version',
    'content-type': 'application/grpc',
    te: 'trailers',
  })
  // The status comes behind what is answered, or in its place.
  request.on('response', told).on('trailers', told)
  request.on('error', () => {
    resolve(false)
  })
  request.on('close', () => {
    resolve(false)
  })
  request.resume().end(EMPTY)
  try {
    return await promise
  } finally {
    clearTimeout(late)
    session.destroy()
  }
}
