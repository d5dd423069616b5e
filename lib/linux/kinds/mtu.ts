import { at, type Json } from '../../core/json.ts'
import type { Mtu } from '../../ports/resources.ts'
import { runTogether } from '../../process/run-together.ts'
import { runOrThrow } from '../../process/run-or-throw.ts'
import { entriesIn, type Kind, oneByOne } from './kind.ts'

/** What a veth hands over at once unless told otherwise (GSO_MAX_SEGS of the kernel). */
const USUAL_SEGMENTS = 65_535

export const linkMtu: Kind<Mtu> = {
  name: ({ netns, link }) => `MTU of ${link} in ${netns}`,
  wanted: ({ bytes }) => ({ mtu: bytes, segments: 1 }),
  look: oneByOne(lookAt),
  put: (wanted) => set(wanted, wanted.bytes, 1),
  async restore(wanted, before) {
    const mtu = at(before, 'mtu')
    // Without its links, which came with the host, it is gone.
    if (typeof mtu !== 'number' || (await lookAt(wanted)) === null) return
    const segments = at(before, 'segments')
    await set(wanted, mtu, typeof segments === 'number' ? segments : USUAL_SEGMENTS)
  },
}

async function lookAt({ netns, link, port }: Mtu): Promise<Json> {
  const [mtu, segments] = await Promise.all([
    numberOf(netns, link, 'mtu'),
    numberOf(port.netns, port.name, 'gso_max_segs'),
  ])
  return mtu === null || segments === null ? null : { mtu, segments }
}

async function numberOf(netns: string, link: string, key: string): Promise<number | null> {
  const show = ['ip', '-n', netns, '-details', '-json', 'link', 'show', 'dev', link]
  const { code, stdout } = await runTogether(show)
  const found = code === 0 ? at(entriesIn(stdout)[0], key) : undefined
  return typeof found === 'number' ? found : null
}

async function set({ netns, link, port }: Mtu, mtu: number, segments: number) {
  await runOrThrow(['ip', '-n', netns, 'link', 'set', 'dev', link, 'mtu', String(mtu)])
  const cut = ['link', 'set', 'dev', port.name, 'gso_max_segs', String(segments)]
  await runOrThrow(['ip', '-n', port.netns, ...cut])
}
