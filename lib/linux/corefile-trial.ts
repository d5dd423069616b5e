import { messageOf } from '../core/errors.ts'
import type { CorefileTrial, CorefileVerdict } from '../ports/host.ts'
import { run } from '../process/command.ts'
import { families } from '../supply/pins.ts'
import { lookPrograms } from '../supply/programs/cache.ts'
import type { ProgramsContext } from '../supply/programs/context.ts'

/** CoreDNS has set up all plugins, and asks for the API or serves, within a second; this one is loaded. */
const TIMEOUT_MS = 20_000

/**
 * Starts the CoreDNS of that version that lies in the cache with these files, in namespaces of its own, where it reaches nobody,
 * nobody reaches it, and nothing that it writes stays; it is ended as soon as it has said whether it goes on.
 */
export function tryCorefile(context: ProgramsContext) {
  return async (trial: CorefileTrial): Promise<CorefileVerdict> => {
    const why = untellable(trial)
    if (why !== null) return { unknown: why }
    const family = [families.coredns, families['coredns-current']].find(
      ({ version }) => version === trial.version,
    )
    const programs = family === undefined ? null : await lookPrograms(family, context)
    if (programs === null) return { unknown: `CoreDNS ${trial.version} is not on this machine` }
    const root = process.getuid?.() === 0
    const argv = [
      ...['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child'],
      ...(root ? [] : ['--user', '--map-root-user']),
      ...['sh', '-c', SCRIPT, 'sh', `${programs.dir}/coredns`, trial.path],
      ...Object.entries({ '/etc/resolv.conf': trial.resolvConf, ...trial.files }).flat(),
    ]
    const env = { PATH: process.env['PATH'], ...SERVICE }
    try {
      return verdictOf(await run(argv, { env, timeoutMs: TIMEOUT_MS }), trial)
    } catch (error) {
      return { unknown: messageOf(error) }
    }
  }
}

/** Where a pod finds the API; in the trial nobody is there. */
const SERVICE = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '1' }

/** What the script ends with: 0 where CoreDNS goes on, this where it has ended, else where the script could not do its part. */
const ENDED = 99

/** The first process of its namespace: with it all others end. */
const SCRIPT = `
set -e
program=$1 conf=$2
shift 2
mount -t tmpfs none /run
mount -t tmpfs none /etc
[ /var/run -ef /run ] || mount --bind /run /var/run
account=/run/secrets/kubernetes.io/serviceaccount
mkdir -p $account
printf x > $account/token
while [ $# -gt 0 ]; do
  mkdir -p "\${1%/*}"
  printf %s "$2" > "$1"
  shift 2
done
mkfifo /run/said
mount -o remount,bind,ro /
"$program" -conf "$conf" > /run/said 2>&1 &
while IFS= read -r line; do
  printf '%s\\n' "$line"
  case $line in
    *'waiting for Kubernetes API'* | *'Failed to list'* | *'Failed to watch'* | CoreDNS-*) exit 0 ;;
  esac
done < /run/said
exit ${ENDED}
`

function untellable({ files }: CorefileTrial): string | null {
  const outside = Object.keys(files).find((path) => !path.startsWith('/etc/'))
  if (outside !== undefined) return `${outside} is not below /etc`
  const texts = Object.values(files).join('\n')
  return UNTRIED.find(([form]) => form.test(texts))?.[1] ?? null
}

/** What a trial would do to this machine, or could not have as pods do. */
const UNTRIED: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\{)\s*on\s/m, 'it starts programs (plugin on)'],
  [/(?:^|\{)\s*sign\s/m, 'it writes files (plugin sign)'],
  [/(?:^|\{)\s*import\s+(?:\/(?!etc\/)|\S*\.\.)/m, 'it imports files that are not below /etc'],
  [/\{[$%]/, 'it takes variables of its environment'],
]

function verdictOf(
  { code, stdout, stderr }: { code: number; stdout: string; stderr: string },
  { path }: CorefileTrial,
): CorefileVerdict {
  if (code === 0) return { loads: true }
  const words = (code === ENDED ? stdout : stderr).trim().split('\n').at(-1) ?? ''
  if (code !== ENDED) return { unknown: words === '' ? `its trial ended with ${code}` : words }
  const file = /(?:open|stat) (\S+): no such file|File to import not found: (\S+)/.exec(words)
  if (file !== null)
    return { unknown: `it reads ${file[1] ?? file[2] ?? ''}, which only its pods have` }
  const line = new RegExp(`${RegExp.escape(path)}:(\\d+)`).exec(words)?.[1]
  return { refused: words, line: line === undefined ? null : Number(line) }
}
