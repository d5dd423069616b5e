import { StepError } from '../core/errors.ts'
import type { Api } from './api.ts'
import type { ExchangeOptions, PodContainer } from '../ports/cluster.ts'
import { podPath } from './exec.ts'
import { shorten } from './failures.ts'

/** Channels of one forwarded port; both begin with the port number in two bytes. */
const DATA = 0
const ERROR = 1

/** Asks a TCP port of a pod through the API server and kubelet, not through the pod network. */
export const askPod =
  (api: Api) =>
  async (
    of: PodContainer,
    port: number,
    bytes: Uint8Array,
    options: ExchangeOptions,
  ): Promise<Uint8Array> => {
    const operation = `ask port ${port} of pod ${of.pod} in ${of.namespace}`
    const done = Promise.withResolvers<Uint8Array>()
    const greeted = new Set<number>()
    let answer = Buffer.alloc(0)
    const onFrame = (channel: number, data: Uint8Array): void => {
      const fresh = greeted.has(channel) ? data : data.subarray(2)
      greeted.add(channel)
      if (fresh.length === 0) return
      if (channel === ERROR) {
        done.reject(refused(operation, Buffer.from(fresh).toString('utf8')))
        return
      }
      if (channel !== DATA) return
      answer = Buffer.concat([answer, fresh])
      if (answer.length > api.limits.bodyBytes)
        done.reject(refused(operation, 'the answer is too large'))
      else if (options.until(answer)) done.resolve(answer)
    }
    const path = `${podPath(of)}/portforward`
    const timeoutMs = Math.min(options.timeoutMs, api.limits.requestMs)
    const socket = await api.socket({ path, search: `ports=${port}`, timeoutMs }, operation)
    socket.listen(onFrame)
    const late = setTimeout(() => {
      const seconds = options.timeoutMs / 1000
      const said = `no whole answer within ${seconds} s, ${answer.length} bytes so far`
      done.reject(refused(operation, said))
    }, options.timeoutMs)
    void socket.closed.then(() => done.resolve(answer))
    try {
      socket.send(DATA, bytes)
      return await done.promise
    } finally {
      clearTimeout(late)
      socket.end()
    }
  }

function refused(operation: string, said: string): StepError {
  return new StepError({
    problem: `could not ${operation}`,
    seen: [shorten(said)],
    remedy: 'kubectl get pod -o wide shows whether the pod runs, and kubectl logs what it says',
  })
}
