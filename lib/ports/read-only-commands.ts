import { LOOKUPS } from './lookup-script.ts'
import { PROBER, PUT_PROBER, REQUEST } from './prober-commands.ts'

/** One form of a command that writes nothing. A RegExp must match the whole argument. */
type ReadOnlyCommand = {
  /** How it is written, for messages. */
  readonly form: string
  /** One matcher an argument, the program first. */
  readonly argv: readonly (string | RegExp)[]
  /** These may follow, in any number. */
  readonly more?: RegExp
}

const NAME = /^(?!-)[A-Za-z0-9._:-]{1,253}$/
const ADDRESS = /^(?!-)[0-9a-fA-F.:]{2,45}$/
/** Bytes for printf, and nothing that it would take for a directive. */
const OCTAL = /^(\\[0-3][0-7]{2}){1,300}$/
const PATH = /^\/[A-Za-z0-9._/-]{1,200}$/
/** Only what the pod itself serves: a GET elsewhere may set something off. */
const LOOPBACK =
  /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}\/(metrics|health|healthz|ready|readyz)$/

/** Everything that may run in a pod by a program that promises to look only, as data that can be read in one go. */
export const READ_ONLY_COMMANDS: readonly ReadOnlyCommand[] = [
  { form: 'true', argv: ['true'] },
  { form: 'hostname', argv: ['hostname'] },
  ...[PROBER, PUT_PROBER].flatMap((prober): readonly ReadOnlyCommand[] => [
    { form: `${prober} conf`, argv: [prober, 'conf'] },
    { form: `${prober} ask REQUEST …`, argv: [prober, 'ask', REQUEST], more: REQUEST },
    {
      form: `${prober} steady RATE REQUEST …`,
      argv: [prober, 'steady', /^\d{1,5}$/, REQUEST],
      more: REQUEST,
    },
  ]),
  { form: 'sha256sum /PATH', argv: ['sha256sum', PATH] },
  { form: 'cat /PATH …', argv: ['cat', PATH], more: PATH },
  { form: 'grep -s "" /PATH …', argv: ['grep', '-s', '', PATH], more: PATH },
  { form: 'nslookup NAME [SERVER]', argv: ['nslookup', NAME] },
  { form: 'nslookup NAME SERVER', argv: ['nslookup', NAME, NAME] },
  {
    form: 'nslookup -type=TYPE NAME [SERVER]',
    argv: ['nslookup', /^-type=[A-Za-z]{1,8}$/, NAME],
    more: NAME,
  },
  { form: 'nc SERVER 53', argv: ['nc', ADDRESS, '53'] },
  { form: 'nc -w SECONDS SERVER 53', argv: ['nc', '-w', /^\d{1,3}$/, ADDRESS, '53'] },
  { form: 'ip route show', argv: ['ip', /^(route|addr|link|neigh|rule)$/, 'show'] },
  { form: 'ip -o addr show', argv: ['ip', /^-(o|4|6)$/, /^(route|addr|link|neigh|rule)$/, 'show'] },
  { form: 'ip route get ADDRESS', argv: ['ip', 'route', 'get', ADDRESS] },
  { form: 'wget -qO- http://127.0.0.1:PORT/metrics', argv: ['wget', '-qO-', LOOPBACK] },
  {
    form: 'sh -c (lib/ports/lookup-script.ts) lookups QUERY NAME SERVER … names NAME …',
    argv: ['sh', '-c', LOOKUPS, 'lookups', OCTAL, NAME],
    more: NAME,
  },
]

/** True for a command on the list. A program may be named by its path in /bin or /usr/bin. */
export function isReadOnly(argv: readonly string[]): boolean {
  const [program = '', ...rest] = argv
  const bare = [program.replace(/^(\/usr)?\/s?bin\//, ''), ...rest]
  return READ_ONLY_COMMANDS.some((command) => matches(command, bare))
}

function matches({ argv, more }: ReadOnlyCommand, given: readonly string[]): boolean {
  const fixed = argv.every((matcher, i) => fits(matcher, given[i]))
  const rest = given.slice(argv.length)
  return fixed && rest.every((argument) => more !== undefined && fits(more, argument))
}

function fits(matcher: string | RegExp, argument: string | undefined): boolean {
  // A path that climbs could leave /proc and /sys only for other readable files; it is refused for clarity.
  if (argument === undefined || argument.includes('..')) return false
  return typeof matcher === 'string' ? matcher === argument : matcher.test(argument)
}
