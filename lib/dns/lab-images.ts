import { UnknownYetError } from '../core/errors.ts'
import { listAt, textAt } from '../core/json.ts'
import { type ClusterReader, type KubeObject, nameOf } from '../ports/cluster.ts'
import { podSpecOf } from './roles.ts'

/**
 * Images that the workloads of a manifest name and no worker of a lab has, a line each: its workers reach no
 * registry. None where the nodes do not tell what they have.
 */
export async function imagesNotThere(
  objects: readonly KubeObject[],
  cluster: Pick<ClusterReader, 'list'>,
): Promise<readonly string[]> {
  const wanted = objects.flatMap((object) =>
    listAt(podSpecOf(object), 'containers').flatMap((container) => {
      const image = textAt(container, 'image')
      return image === undefined ? [] : [{ object, image }]
    }),
  )
  if (wanted.length === 0) return []
  const there = await imagesOfNodes(cluster)
  if (there.length === 0) return []
  return wanted
    .filter(({ image }) => !there.includes(whole(image)))
    .map(({ object, image }) => {
      const repository = repositoryOf(whole(image))
      const same = there.filter((one) => one.startsWith(`${repository}:`))
      const has = same.length === 0 ? '' : `; they have ${same.join(', ')}`
      return `${nameOf(object)}: image ${image} is on no worker, and the workers of a lab reach no registry${has}`
    })
}

/** As the runtime names them, with registry and tag. */
async function imagesOfNodes(cluster: Pick<ClusterReader, 'list'>): Promise<readonly string[]> {
  try {
    const nodes = await cluster.list({ apiVersion: 'v1', kind: 'Node' })
    const names = nodes.flatMap((node) =>
      listAt(node, 'status', 'images').flatMap((image) => listAt(image, 'names')),
    )
    return [...new Set(names.filter((name) => typeof name === 'string'))]
  } catch (error) {
    // A dry-run over a lab that is yet to be made.
    if (error instanceof UnknownYetError) return []
    throw error
  }
}

/** `coredns/coredns` is `docker.io/coredns/coredns:latest`. */
function whole(image: string): string {
  const tagged = /[:@][^/]*$/.test(image) ? image : `${image}:latest`
  const [first = '', ...rest] = tagged.split('/')
  if (rest.length === 0) return `docker.io/library/${tagged}`
  return /[.:]|^localhost$/.test(first) ? tagged : `docker.io/${tagged}`
}

function repositoryOf(image: string): string {
  return image.replace(/[:@][^/]*$/, '')
}
