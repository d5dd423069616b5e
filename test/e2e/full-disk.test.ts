import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { assertCode, endings, ofType } from './events.ts'
import { inventory, inventoryText, LAB } from './inventory.ts'
import { kubectl, labDown, labStatus, layout, OBJECTS, probeImage, tryKubectl } from './lab.ts'
import { noLab } from './no-lab.ts'
import { command, output, run } from './program.ts'

/** A disk fills up, under the lab or under the record of a run: named, nothing half done, and gone on with. */
const skip = noLab
const FILE = inventory()
const PAGE = 4096
/** Rooms that are left for the record of a run, in pages; `npm run test:faults` goes through more. */
const PAGES = process.env['HARDWAY_FAULTS'] === undefined ? [0, 3, 8] : [0, 1, 2, 3, 4, 5, 6, 8]

let folder = ''

before(async () => {
  if (noLab !== false) return
  await labDown()
  folder = await mkdtemp(join(tmpdir(), 'hardway-disk-'))
})

after(async () => {
  if (noLab !== false) return
  await labDown()
  for (const path of [layout.folder, folder]) await command('umount', [path])
  for (const path of [layout.folder, folder]) await rm(path, { recursive: true, force: true })
})

for (const size of ['100k', '20m', '160m']) {
  test(
    `a lab on a disk of ${size} says that it is full, and goes on after there is room`,
    { skip },
    async () => {
      await mkdir(dirname(layout.folder), { recursive: true })
      await mkdir(layout.folder)
      await output('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'tmpfs', layout.folder])
      const ended = await run(['lab', 'up', '--json', '--inventory', FILE])
      assertCode(ended, 1)
      const told = ofType(ended, 'step-failed').map(({ step, explanation }) => ({
        step,
        ...explanation,
      }))
      assert.match(
        told.map(({ problem, cause }) => `${problem} ${cause ?? ''}`).join(),
        /the disk .*is full/,
      )
      assert.ok(
        told.every(({ remedy }) => remedy.includes(layout.folder)),
        JSON.stringify(told, null, 1),
      )

      await output('mount', ['-o', 'remount,size=4g', layout.folder])
      assertCode(await run(['lab', 'up', '--resume', '--json', '--inventory', FILE]), 0)
      assert.equal((await labStatus(FILE)).up, true)
      await labDown()
      assert.deepEqual(await readdir(layout.folder), [])
      await output('umount', [layout.folder])
      await rm(layout.folder, { recursive: true })
    },
  )
}

test(
  'a run whose record no longer fits is gone on with, and taken back whole',
  { skip },
  async () => {
    assertCode(await run(['lab', 'up', '--json', '--inventory', FILE]), 0)
    await output('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=0755', 'tmpfs', folder])
    const file = await ownCluster()
    const how = { env: { XDG_STATE_HOME: folder } }
    const filler = join(folder, 'filler')
    const stoppedAt = new Set<string>()
    for (const pages of PAGES) {
      await leaveRoom(filler, pages)
      const full = await run(['--json', '--inventory', file], how)
      if (full.code !== 0) {
        assertCode(full, 1)
        assert.match(full.stdout, /the disk is full/)
        assert.ok(full.stdout.includes(`df -h ${folder}/`), full.stdout)
        stoppedAt.add(Object.keys(endings(full)).at(-1) ?? 'start')
      }
      await rm(filler)
      assertCode(await run(['--json', '--inventory', file], how), 0)
      assertCode(await run(['verify', '--json', '--inventory', file], how), 0)
      assertCode(await run(['rollback', '--json', '--inventory', file], how), 0)
      for (const [kind, name, namespace] of OBJECTS) {
        const where = namespace === undefined ? [] : ['-n', namespace]
        const found = await tryKubectl(['get', kind, name, ...where])
        assert.match(found.stderr, /NotFound/, `${String(pages)} pages: ${kind} ${name}`)
      }
      await rm(join(folder, 'hardway'), { recursive: true })
    }
    assert.ok(stoppedAt.size > 2, [...stoppedAt].join(', '))
  },
)

/** Fills the disk up to so many pages. */
async function leaveRoom(filler: string, pages: number): Promise<void> {
  const free = Number(
    (await output('df', ['--output=avail', '-B', String(PAGE), folder])).split('\n')[1],
  )
  await writeFile(filler, Buffer.alloc((free - pages) * PAGE))
}

/** The lab as a cluster that the user names: its record lies where XDG_STATE_HOME says. */
async function ownCluster(): Promise<string> {
  const kubeconfig = join(folder, 'config')
  await writeFile(kubeconfig, await kubectl(['config', 'view', '--raw', '--flatten']))
  return inventoryText(
    [
      `target: { kubeconfig: ${kubeconfig}, context: hardway-${LAB} }`,
      `probe: { image: ${await probeImage()} }`,
      '',
    ].join('\n'),
  )
}
