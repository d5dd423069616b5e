import assert from 'node:assert/strict'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Json, textAt } from '../../lib/core/json.ts'
import type { ProgramFamily } from '../../lib/core/programs.ts'
import { runOrThrow } from '../../lib/process/run-or-throw.ts'
import { imageOf, type LayerEntry, layerOf, writeLayout } from '../../lib/supply/images/layout.ts'
import { busyboxIn } from '../../lib/supply/images/recipes.ts'
import { families } from '../../lib/supply/pins.ts'
import { acquirePrograms } from '../../lib/supply/programs/acquire.ts'
import { archOf } from '../../lib/supply/programs/context.ts'
import type { Job } from '../../lib/supply/programs/job.ts'

/** Where an image has dig and getent; it is looked through first. */
const TOOLS = 'opt/dnsutils'
const PATH = `PATH=/${TOOLS}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`

/** As Debian has it: /etc/hosts before DNS. Without it glibc asks DNS first (nsswitch.conf(5)). */
const NSSWITCH = 'hosts: files dns\n'

/**
 * Makes the two images that the specs' pods run, as tars in `folder` for containerd to import under the names that the
 * specs ask for. What is in them is real: Kubernetes' own test server, CoreDNS 1.6.2 as upstream's image has it, dig
 * and getent of the distribution. Only the shell is busybox, and the C library is glibc in both: upstream's
 * agnhost has musl.
 */
export async function makeImages(program: string, folder: string, job: Job): Promise<string[]> {
  const bins = async (family: ProgramFamily) => (await acquirePrograms(families[family], job)).dir
  const tools = await toolsIn(join(await bins('dnsutils'), '..'))
  const shell = await busyboxIn(await bins('busybox'), job.signal)
  const agnhost = join(await bins('conformance'), 'agnhost')
  const coredns = join(await bins('coredns'), 'coredns')
  const common: readonly LayerEntry[] = [
    ...shell,
    ...tools,
    { type: 'file', name: 'etc/nsswitch.conf', mode: 0o644, body: NSSWITCH },
  ]
  const server = [
    await programAs('agnhost', agnhost),
    await programAs('coredns', coredns), // some specs start it as a server of their own
  ]
  const names = JSON.parse((await runOrThrow([program, '--images'], job)).stdout) as Json
  const wanted = [
    { name: 'agnhost', entries: [...common, ...server], config: { Entrypoint: ['/agnhost'] } },
    { name: 'glibc', entries: common, config: {} },
  ]
  const archives: string[] = []
  for (const { name, entries, config } of wanted) {
    const reference = textAt(names, name)
    assert.ok(reference, `the specs name their image ${name}`)
    job.progress(`making the image ${reference}`)
    const command = { ...config, Cmd: name === 'agnhost' ? ['pause'] : ['sh'], Env: [PATH] }
    const archive = join(folder, `${name}.tar`)
    const blobs = imageOf(await layerOf(entries), archOf(job.context), command)
    await writeLayout(archive, reference, blobs)
    archives.push(archive)
  }
  return archives
}

/** dig and getent with their libraries and the loader that starts them, as they lie in the cache. */
async function toolsIn(family: string): Promise<LayerEntry[]> {
  const entries: LayerEntry[] = ['opt', TOOLS].map(folderAt)
  for (const folder of ['bin', 'lib', 'libexec']) {
    entries.push(folderAt(`${TOOLS}/${folder}`))
    for (const file of await readdir(join(family, folder), { withFileTypes: true })) {
      const [name, from] = [`${TOOLS}/${folder}/${file.name}`, join(family, folder, file.name)]
      if (!file.isSymbolicLink()) entries.push(await programAs(name, from))
      // A library's other name, in the same folder.
      else entries.push({ type: 'symlink', name, mode: 0o777, linkname: await readlink(from) })
    }
  }
  return entries
}

function folderAt(name: string): LayerEntry {
  return { type: 'directory', name, mode: 0o755 }
}

async function programAs(name: string, from: string): Promise<LayerEntry> {
  return { type: 'file', name, mode: 0o755, body: await readFile(from) }
}
