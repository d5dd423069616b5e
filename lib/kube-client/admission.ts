import { StepError } from '../core/errors.ts'
import type { Admission } from '../core/look-data.ts'

interface Known {
  readonly words: RegExp
  /** `at`: kubectl for the namespace in question. */
  readonly means: (at: string, ...found: readonly string[]) => Admission
}

/** In the words of Kubernetes' own plugins (ResourceQuota, LimitRanger) and of the API server for webhooks. */
const ADMISSION: readonly Known[] = [
  {
    words: /\bexceeded quota: ([^,]+), (requested: .*)$/s,
    means: (at, quota = '', numbers = '') => ({
      cause: `the quota ${quota} has no room left for it: ${numbers}`,
      cure: `${at} describe resourcequota ${quota}; ${at} edit resourcequota ${quota}`,
    }),
  },
  {
    words: /\bfailed quota: ([^:]+): (must specify .*)$/s,
    means: (at, quota = '', what = '') => ({
      cause: `the quota ${quota} lets in only pods with requests and limits of their own: ${what}`,
      cure: `${at} describe resourcequota ${quota}; let a LimitRange of that namespace give pods requests and limits by default`,
    }),
  },
  {
    words:
      /is forbidden: \[?((?:minimum|maximum) [\w.\-/]+ usage per \w+ is .*|[\w.\-/]+ max limit to request ratio per .*)$/s,
    means: (at, why = '') => ({
      cause: `a LimitRange of the namespace does not let it in: ${why}`,
      cure: `${at} get limitranges -o yaml; let them allow what is asked for`,
    }),
  },
  {
    words: /\badmission webhook "([^"]+)" denied the request(?:: (.*))?$/s,
    means: (_, webhook = '', why = 'it does not say why') => ({
      cause: `the webhook ${webhook} denies it: ${why}`,
      cure: `${showWebhook(webhook)}; comply with it, or let its namespaceSelector leave this namespace out`,
    }),
  },
]

/** The API server has asked a webhook that has to agree, and got no answer from it. */
const SILENT =
  /\bfailed calling webhook "([^"]+)": (?:failed to call webhook: )?(?:Post "([^"?]+)[^"]*": )?(.*)$/s

/** Null where the words are of nothing of the kind: the right to do it may lack. */
export function admissionIn(message: string, namespace: string | undefined): Admission | null {
  const at = namespace === undefined ? 'kubectl' : `kubectl -n ${namespace}`
  for (const { words, means } of ADMISSION) {
    const match = words.exec(message)
    if (match !== null) return means(at, ...match.slice(1))
  }
  return null
}

/** Of a failure of the API server itself, which may pass by itself. */
export function silentWebhookIn(
  message: string,
): (Admission & { readonly webhook: string }) | null {
  const [, webhook, url = '', why = ''] = SILENT.exec(message) ?? []
  if (webhook === undefined) return null
  const [, name, namespace] = /^https:\/\/([^./]+)\.([^./]+)\.svc[:/]/.exec(url) ?? []
  const again =
    name === undefined || namespace === undefined
      ? `let ${url === '' ? 'it' : url} answer`
      : `let service ${name} of namespace ${namespace} answer`
  return {
    webhook,
    cause: `the webhook ${webhook} has to agree to every such request, and gives no answer: ${why}`,
    cure: `${showWebhook(webhook)}; ${again}, or set failurePolicy: Ignore there`,
  }
}

/** The configurations that name it, of either kind. */
function showWebhook(webhook: string): string {
  return `kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o 'custom-columns=KIND:.kind,NAME:.metadata.name,WEBHOOKS:.webhooks[*].name' | grep -F ${webhook}`
}

/**
 * By whom the API server asks before it stores anything. Nothing of it is about rights, or the server's own
 * health; null where it is neither.
 */
export function keptOutBy(
  status: number,
  message: string,
  { operation, seen }: { readonly operation: string; readonly seen: readonly string[] },
): StepError | null {
  const silent = status >= 500 ? silentWebhookIn(message) : null
  const told = silent ?? admissionIn(message, / in (\S+)$/.exec(operation)?.[1])
  if (told === null) return null
  const reason =
    silent === null
      ? 'the API server does not let it in'
      : `the API server gets no answer from the webhook ${silent.webhook}`
  const { cause, cure: remedy } = told
  const problem = `${reason}; wanted to ${operation}`
  return new StepError({ problem, seen, cause, remedy }, { reason, obstacle: silent === null })
}
