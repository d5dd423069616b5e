/** Where the prober lies in a probe's container, by its image or put there; see go/prober/main.go. */
export const PROBER = '/hardway/prober'

/** What one server, or the pod's own resolver, is asked: a request of go/prober/request.go. */
export type ProberRequest = {
  /** An address; without one the name is looked up as the pod's resolv.conf has it. */
  readonly server?: string
  readonly protocol?: 'udp' | 'tcp'
  readonly name: string
  readonly type?: 'A' | 'PTR'
  readonly count: number
  readonly timeoutMs: number
  /** The place of a request that has to be answered first. */
  readonly after?: number
}

/** Asks everything at once, and ends. */
export function askCommand(requests: readonly ProberRequest[]): readonly string[] {
  return [PROBER, 'ask', ...requests.map((one) => JSON.stringify(one))]
}

/** Asks so many questions a second until its standard input ends. */
export function steadyCommand(rate: number, requests: readonly ProberRequest[]): readonly string[] {
  return [PROBER, 'steady', String(rate), ...requests.map((one) => JSON.stringify(one))]
}

/** One request as an argument: flat, and nothing in it but names, addresses and numbers. */
export const REQUEST = /^\{("[a-zA-Z]{1,10}":("[A-Za-z0-9._:-]{1,253}"|\d{1,6}),?){1,8}\}$/
