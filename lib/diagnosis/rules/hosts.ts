import { makeRoomFor } from '../../core/machine-trouble.ts'
import { type Finding, inferred, onHost, permanent, rule, type Rule, start } from '../rule.ts'
import { type Evidence, itemsOf } from '../../evidence/evidence.ts'
import { anyDead, deadOn, isYoung } from '../../evidence/hosts.ts'

/** Of A and G what comes from programs of a host that do not run. */
export const hostRules: readonly Rule[] = [
  rule('G3', 'hosts', 'kubelet not running', {
    symptom: 'A node is NotReady; exec, logs and port-forward fail there, and no pod starts.',
    proof: 'The host lacks the process kubelet; elsewhere the node stopped posting its status.',
    cure: 'Start the kubelet; its log says why it had ended.',
    find: (e) => [
      notRunning(
        e,
        'kubelet',
        'the kubelet',
        'nothing there is started, probed or reached by exec and logs',
      ),
      silentKubelets(e),
    ],
    ruleOut: (e) => anyDead(e, 'kubelet', 'the kubelets run'),
  }),
  rule('G10', 'hosts', 'kubelet asks no API server', {
    symptom: 'A node is NotReady though its kubelet runs; pods there neither come nor go.',
    proof: 'Its log says again and again that nothing answers at the address of its kubeconfig.',
    cure: 'Let its kubeconfig name the address of an API server, and restart the kubelet.',
    find: (e) =>
      itemsOf(e.hosts).flatMap(({ name, kubeletSays = [] }) =>
        kubeletSays.flatMap((line) => strayed(e, name, line) ?? []).slice(0, 1),
      ),
  }),
  rule('A2', 'hosts', 'containerd not running', {
    symptom: 'New pods of a worker stay in ContainerCreating; soon its node is NotReady.',
    proof: 'The host lacks the process containerd.',
    cure: 'Start containerd; its log says why it had ended.',
    find: (e) => notRunning(e, 'containerd', 'containerd', 'its kubelet can start no pod'),
    ruleOut: (e) => anyDead(e, 'containerd', 'containerd runs'),
  }),
  rule('A13', 'hosts', 'No controller manager or scheduler', {
    symptom: 'The Deployment coredns has no pods, or its pods stay Pending without any event.',
    proof: 'No controller has the process kube-controller-manager, or none kube-scheduler.',
    cure: 'Start it on the controllers; its log says why it had ended.',
    find: (e) => [
      noneRunning(e, 'kube-controller-manager', 'no pod is made for a Deployment'),
      noneRunning(e, 'kube-scheduler', 'no pod gets a node'),
    ],
    ruleOut: (e) => anyDead(e, 'kube-scheduler', 'the schedulers run'),
  }),
  rule('G9', 'hosts', 'Daemon hangs', {
    symptom: 'A daemon is running, but requests to it never get an answer.',
    proof: 'Its port takes connections, and no TLS greeting comes back.',
    cure: 'Restart it; /proc/PID/stack shows what its process was waiting for.',
    find: hangingDaemons,
  }),
]

/** What it does to others when it hangs. */
const HANGS: Readonly<Record<string, string>> = {
  etcd: 'so requests to the API servers wait for it, until these give it up',
  'kube-controller-manager': 'so nothing is made or replaced until another one leads',
  'kube-scheduler': 'so no pod gets a node until another one leads',
  kubelet: 'so nothing there is started, probed or reached by exec and logs',
}

function hangingDaemons(e: Evidence): readonly Finding[] {
  const hosts = itemsOf(e.hosts)
  return hosts.flatMap(({ name, silent = [] }) =>
    silent.map(({ program, endpoint, reason }) => {
      // Silence may only be a machine that is busy, unless all others answer meanwhile, and it had time to start.
      const isOnlyOne = hosts.every((one) => one.name === name || (one.silent ?? []).length === 0)
      const sure = isOnlyOne && silent.length === 1 && !isYoung(e, name, program)
      return (sure ? permanent : inferred)({
        cause: `${program} on ${name} runs and does not answer, ${HANGS[program] ?? ''}`,
        evidence: `${endpoint}: ${reason}`,
        subject: name,
        cure: `npx tsx run.ts lab restart ${name} ${program}`,
      })
    }),
  )
}

/** Each host on which a program that should run does not. */
export function notRunning(
  e: Evidence,
  program: string,
  what: string,
  so: string,
): readonly Finding[] {
  return deadOn(e, program).map(({ host, words, full }) =>
    permanent({
      cause:
        full === undefined
          ? `${what} on ${host} does not run, so ${so}`
          : `the disk that ${program} on ${host} writes to is full`,
      evidence: words,
      subject: host,
      cure: full === undefined ? start(e, program) : makeRoomFor(full),
    }),
  )
}

function silentKubelets(e: Evidence): readonly Finding[] {
  const dead = deadOn(e, 'kubelet').map(({ host }) => host)
  return itemsOf(e.nodes)
    .filter(
      ({ name, why }) => why === 'Kubelet stopped posting node status.' && !dead.includes(name),
    )
    .map(({ name, why }) => {
      const evidence = `node ${name} Ready Unknown: ${why}`
      const cause = 'does not run, or cannot reach the API server'
      return 'found' in e.hosts
        ? inferred({
            ...{
              cause: `the kubelet on ${name} runs, and does not reach the API server, or hangs`,
            },
            ...{ evidence, subject: name, cure: `npx tsx run.ts lab restart ${name} kubelet` },
          })
        : inferred({
            ...{ cause: `the kubelet on ${name} ${cause}`, evidence },
            ...onHost(name, 'systemctl restart kubelet; journalctl -u kubelet -n 20'),
          })
    })
}

function noneRunning(e: Evidence, program: string, so: string): Finding | null {
  const dead = deadOn(e, program)
  if (dead.length === 0 || dead.length < e.wanted.controllers.length) return null
  const evidence = dead.map(({ words }) => words).join('; ')
  const cause = `no ${program} runs, so ${so}`
  return permanent({ cause, evidence, subject: program, cure: start(e, program) })
}

/** Where an API server is and does not answer, that is the fault, and not who asks it. */
function strayed(e: Evidence, host: string, line: string): Finding | null {
  const [, server = '', why = ''] = /\bdial tcp (\S+?): (.*)$/.exec(line) ?? []
  const isOne = e.wanted.controllers.some(({ address }) => server === `${address}:6443`)
  if (server === '' || isOne) return null
  const cause = `the kubelet on ${host} asks ${server}, as its kubeconfig says, and no API server is there (${why})`
  const evidence = `kubelet's log on ${host}: ${line}`
  const edit = 'grep server: /var/lib/kubelet/kubeconfig; let it name an API server'
  return e.wanted.target === 'lab'
    ? permanent({ cause, evidence, subject: host, cure: 'npx tsx run.ts lab up' })
    : permanent({ cause, evidence, ...onHost(host, `${edit}; systemctl restart kubelet`) })
}
