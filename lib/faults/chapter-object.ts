import { type KubeObject, nameOf, refOf } from '../ports/cluster.ts'
import { parseManifest } from '../objects/manifest.ts'
import { StepError } from '../core/errors.ts'
import { isObject, type JsonObject, listAt, textAt } from '../core/json.ts'
import type { Lab } from '../lab/layout.ts'
import type { Reading } from '../ports/step.ts'
import { ref } from '../ports/refs.ts'

/** One of the chapter's objects, as its manifest has it. StepError where the chapter was not replayed yet. */
export async function chapterObject(
  ctx: Reading,
  { layout: { manifest: path } }: Lab,
  kind: string,
): Promise<KubeObject> {
  const bytes = await ctx.host.readFile(path)
  const found =
    bytes === null ? undefined : parseManifest(bytes, path).find((one) => one.kind === kind)
  if (found !== undefined && (await ctx.cluster.get(refOf(found))) !== null) return found
  throw new StepError({
    problem: `this fault requires the chapter: ${found === undefined ? path : nameOf(found)} is not there`,
    remedy: 'npx tsx run.ts, then put the fault on',
  })
}

/** Whether there are CoreDNS pods, or soon will be. */
export async function isReplayed(ctx: Reading): Promise<boolean> {
  return (await ctx.cluster.get(ref.deployment('coredns', 'kube-system'))) !== null
}

/** The Corefile with one line more, after `ready`. */
export function withCorefileLine(configMap: KubeObject, line: string): KubeObject {
  const corefile = textAt(configMap, 'data', 'Corefile') ?? ''
  const Corefile = corefile.replace(/^( *)ready$/m, `$1ready\n$1${line}`)
  return { ...configMap, data: { Corefile } }
}

/** A Deployment whose only container is another one. */
export function withContainer(
  deployment: KubeObject,
  change: (container: JsonObject) => JsonObject,
): KubeObject {
  const spec = objectAt(deployment, 'spec')
  const template = objectAt(spec, 'template')
  const podSpec = objectAt(template, 'spec')
  const containers = listAt(podSpec, 'containers').map((one) => (isObject(one) ? change(one) : one))
  return {
    ...deployment,
    spec: { ...spec, template: { ...template, spec: { ...podSpec, containers } } },
  }
}

function objectAt(of: JsonObject, key: string): JsonObject {
  const found = of[key]
  return isObject(found) ? found : {}
}
