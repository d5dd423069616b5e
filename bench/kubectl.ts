import { run } from '../lib/process/command.ts'

/** Where kubectl is, and what it works on. */
export interface Kubectl {
  readonly program: string
  readonly kubeconfig: string
  readonly manifest: string
}

type Words = readonly string[]

/** The chapter by hand on a cluster where it is done already: the ten calls of its text. */
export async function kubectlLookOn(kubectl: Kubectl): Promise<void> {
  const steps: readonly Words[] = [
    ['apply', '--server-side', '--field-manager=hardway', '-f', kubectl.manifest],
    ['-n', 'kube-system', 'rollout', 'status', 'deployment/coredns'],
    ['-n', 'kube-system', 'get', 'pods', '-o', 'wide'],
    ['get', 'nodes'],
    ['get', 'pods', '-l', 'run=busybox', '-o', 'wide'],
    ['get', 'pods', '-l', 'run=busybox', '-o', 'jsonpath={.items[0].metadata.name}'],
    ['exec', 'busybox', '--', 'nslookup', 'kubernetes.default.svc.cluster.local'],
    ['get', 'svc', '-o', 'wide'],
    ['get', 'endpoints', 'kubernetes'],
    ['exec', 'busybox', '--', 'cat', '/etc/resolv.conf'],
  ]
  for (const words of steps) await call(kubectl, words)
}

/** The chapter by hand from nothing, with the waits that a careful hand would make. */
export async function kubectlReplay(kubectl: Kubectl, image: string): Promise<void> {
  await call(kubectl, ['apply', '--server-side', '-f', kubectl.manifest])
  await call(kubectl, [
    '-n',
    'kube-system',
    'rollout',
    'status',
    'deployment/coredns',
    '--timeout=120s',
  ])
  await call(kubectl, ['run', 'busybox', `--image=${image}`, '--command', '--', 'sleep', '3600'])
  await call(kubectl, ['wait', '--for=condition=Ready', 'pod/busybox', '--timeout=120s'])
  await kubectlLookOn(kubectl)
}

/** Takes away what the replay by hand had made. */
export async function kubectlUndo(kubectl: Kubectl): Promise<void> {
  await call(kubectl, ['delete', 'pod', 'busybox', '--grace-period=1', '--ignore-not-found'])
  await call(kubectl, ['delete', '-f', kubectl.manifest, '--ignore-not-found'])
}

async function call({ program, kubeconfig }: Kubectl, words: Words): Promise<void> {
  const { code, stderr } = await run([program, '--kubeconfig', kubeconfig, ...words])
  if (code !== 0) throw new Error(`kubectl ${words.join(' ')}: ${stderr}`)
}
