import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { InputError } from '../core/errors.ts'
import { NETNS_FOLDER } from '../linux/kinds/network-namespace.ts'
import { isNamespaceMount } from '../linux/mounts.ts'
import { mustBeTrusted } from '../trust/trusted-path.ts'
import { readLabInventory } from './inventory-file.ts'
import { hostsOf, type Inventory } from '../inventory/inventory.ts'
import { labNotUp } from '../lab/not-up.ts'
import {
  binOf,
  FAMILIES,
  type Layout,
  layoutOf,
  mountNamespaceOf,
  searchPath,
} from '../lab/layout.ts'
import type { CommonOptions, RequestOf } from '../command-line/request.ts'

/** Hands the terminal to a shell on a host, or to kubectl; returns its exit code. */
export async function labShell(
  request: RequestOf<'lab-shell' | 'lab-kubectl'>,
  common: CommonOptions,
): Promise<number> {
  const inventory = await readLabInventory(common)
  const layout = layoutOf(inventory.lab.name)
  for (const family of FAMILIES) await mustBeTrusted(binOf(layout, family))
  const kubectl = `${binOf(layout, 'kubernetes')}/kubectl`
  const argv =
    request.command === 'lab-kubectl'
      ? [kubectl, '--kubeconfig', layout.adminKubeconfig, ...request.argv]
      : [...(await enter(inventory, layout, request.host)), ...commandOn(request.argv)]
  const [program = '', ...args] = argv
  const env = {
    ...process.env,
    KUBECONFIG: layout.adminKubeconfig,
    PATH: `${searchPath(layout)}:${process.env['PATH'] ?? ''}`,
    ...(request.command === 'lab-shell'
      ? { PS1: `${request.host}:\\w\\$ `, ...forEtcd(layout) }
      : {}),
  }
  const child = spawn(program, args, { stdio: 'inherit', env })
  // The terminal sends Ctrl-C to both; it is for the program in front.
  const ignore = (): void => undefined
  process.on('SIGINT', ignore)
  try {
    const [code] = (await once(child, 'exit')) as [number | null]
    return code ?? 1
  } catch (error) {
    throw notThere(layout, error)
  } finally {
    process.off('SIGINT', ignore)
  }
}

/** So that etcdctl works as it is typed. */
function forEtcd({ pki }: Layout) {
  return {
    ETCDCTL_CACERT: `${pki}/ca.pem`,
    ETCDCTL_CERT: `${pki}/kubernetes.pem`,
    ETCDCTL_KEY: `${pki}/kubernetes-key.pem`,
  }
}

function commandOn(argv: readonly string[]): readonly string[] {
  return argv.length > 0 ? argv : [process.env['SHELL'] ?? '/bin/sh']
}

async function enter(
  inventory: Inventory,
  layout: Layout,
  host: string,
): Promise<readonly string[]> {
  const known = hostsOf(inventory.lab).map(({ name }) => name)
  if (!known.includes(host)) {
    throw new InputError({
      problem: `the lab has no host ${JSON.stringify(host)}`,
      seen: [`its hosts: ${known.join(', ')}`],
      remedy: `npx tsx run.ts lab shell ${known[0] ?? ''}`,
    })
  }
  if (!(await isNamespaceMount(`${NETNS_FOLDER}/${host}`))) throw notThere(layout)
  const mountNamespace = mountNamespaceOf(layout, host)
  const mount = (await isNamespaceMount(mountNamespace)) ? [`--mount=${mountNamespace}`] : []
  const inside = ['unshare', '--uts', '--', 'sh', '-c', NAMED, host]
  return ['nsenter', `--net=${NETNS_FOLDER}/${host}`, ...mount, '--', ...inside]
}

/** What runs there sees the host's name, as every prompt and log has it; that it cannot be given stops nobody. */
const NAMED =
  'hostname "$0" 2>/dev/null || echo "$0" 2>/dev/null >/proc/sys/kernel/hostname; exec "$@"'

function notThere(layout: Layout, cause?: unknown): InputError {
  return new InputError(labNotUp(layout.name), { cause })
}
