import { at, listAt, textAt } from '../core/json.ts'
import type { HostNetwork } from '../ports/host.ts'
import { entriesIn } from './kinds/kind.ts'
import { inside, settingsOf } from './kinds/sysctl.ts'
import { runOrThrow } from '../process/run-or-throw.ts'

/** A look must not take longer than a failure is willing to wait for its cause. */
const TIMEOUT_MS = 3_000

/** What the kernel of a host does with packets. Every program asked only lists. */
export async function networkState(
  netns: string,
  settings: readonly string[],
): Promise<HostNetwork> {
  const ask = async (argv: readonly string[]): Promise<string> =>
    (await runOrThrow([...inside(netns), ...argv], { timeoutMs: TIMEOUT_MS })).stdout
  const [routes, links, values] = await Promise.all([
    ask(['ip', '-json', '-4', 'route', 'show']),
    ask(['ip', '-json', '-4', 'addr', 'show']),
    settingsOf(netns, settings),
  ])
  return {
    routes: entriesIn(routes).map((one) => ({
      to: textAt(one, 'dst') ?? '',
      via: textAt(one, 'gateway') ?? null,
      dev: textAt(one, 'dev') ?? '',
    })),
    addresses: entriesIn(links).flatMap((link) =>
      listAt(link, 'addr_info').map((one) => ({
        dev: textAt(link, 'ifname') ?? '',
        address: `${textAt(one, 'local') ?? ''}/${String(Number(at(one, 'prefixlen')))}`,
      })),
    ),
    mtus: Object.fromEntries(
      entriesIn(links).map((link) => [textAt(link, 'ifname') ?? '', Number(at(link, 'mtu') ?? 0)]),
    ),
    settings: Object.fromEntries(values),
  }
}
