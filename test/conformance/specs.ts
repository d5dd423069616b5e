import { isObject, type Json, textAt } from '../../lib/core/json.ts'
import { run } from '../../lib/process/command.ts'

/** What go/conformance/spec.go tells of a spec. */
export type Spec = {
  /** Its whole name. */
  readonly name: string
  /** Whether a cluster has to pass it to be called Kubernetes. */
  readonly conformance: boolean
  /** `passed`, `failed` …; `listed` where it was only listed. */
  readonly state: string
  readonly seconds: number
  /** Why it failed. */
  readonly said: string
}

const SIG = '[sig-network] '

/** Specs of DNS that no lab can pass, whatever its DNS is like, and why. By their names without the SIG's. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'DNS should provide DNS for the cluster [Provider:GCE]': "asks Google's cloud for its own names",
  'Networking should provider Internet connection for containers using DNS [Feature:Networking-DNS]':
    'asks for google.com, on the Internet',
  'DNS configMap nameserver Forward PTR lookup should forward PTR records lookup to upstream nameserver [Slow] [Serial]':
    'asks for the name of 8.8.8.8, on the Internet',
  '[Feature:PerformanceDNS] [Serial] Should answer DNS query for maximum number of services per cluster':
    'makes 10,000 Services; a lab has 254 addresses for them',
}

/** All specs that the program knows. */
export async function listSpecs(program: string): Promise<readonly Spec[]> {
  const { stdout } = await run([program, '--list'])
  return stdout.split('\n').flatMap((line) => specOf(line) ?? [])
}

/** A spec in a line that the program has printed; null where it is another line. */
export function specOf(line: string): Spec | null {
  if (!line.startsWith('{')) return null
  const value = JSON.parse(line) as Json
  const [name, state] = [textAt(value, 'spec'), textAt(value, 'state')]
  if (!isObject(value) || name === undefined || state === undefined) return null
  return {
    name: name.slice(name.startsWith(SIG) ? SIG.length : 0),
    conformance: value['conformance'] === true,
    state,
    seconds: Number(value['seconds']),
    said: textAt(value, 'said') ?? '',
  }
}

/** What tells the program to leave these out; it refuses those that it does not have. */
export function leavingOut(names: readonly string[]): string[] {
  return names.map((name) => `--leave-out=${SIG}${name}`)
}
