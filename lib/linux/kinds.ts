import { isObject, type Json, sameJson } from '../core/json.ts'
import type { Change, FieldChange } from '../core/change.ts'
import { defined } from '../core/defined.ts'
import { absentKind } from './kinds/absent.ts'
import { certificate } from './kinds/certificate.ts'
import { cgroup } from './kinds/cgroup.ts'
import { linkMtu } from './kinds/mtu.ts'
import { chainPolicy } from './kinds/chain-policy.ts'
import { file } from './kinds/file.ts'
import { filterTable } from './kinds/filter-table.ts'
import { folder } from './kinds/folder.ts'
import { imageArchiveKind } from './kinds/image-archive.ts'
import { imageKind } from './kinds/image.ts'
import { kernelModule } from './kinds/kernel-module.ts'
import type { Kind } from './kinds/kind.ts'
import { link } from './kinds/link.ts'
import { mountNamespace } from './kinds/mount-namespace.ts'
import { networkNamespace } from './kinds/network-namespace.ts'
import { process_ } from './kinds/process.ts'
import { programsKind } from './kinds/programs.ts'
import { route } from './kinds/route.ts'
import { secretFile } from './kinds/secret-file.ts'
import { sysctl } from './kinds/sysctl.ts'
import type { ProgramsContext } from '../supply/programs/context.ts'
import type { Resource, ResourceKind, ResourceOf } from '../ports/resources.ts'

/** A handler for each kind. */
export type Kinds = { readonly [K in ResourceKind]: Kind<ResourceOf<K>> }

/** All kinds; `context` and `signal` are for those that fetch and build. */
export function allKinds(context: ProgramsContext, signal: AbortSignal): Kinds {
  const kinds: Kinds = {
    folder,
    file,
    'secret-file': secretFile,
    certificate,
    'network-namespace': networkNamespace,
    'mount-namespace': mountNamespace,
    link,
    route,
    sysctl,
    'kernel-module': kernelModule,
    cgroup,
    process: process_,
    'chain-policy': chainPolicy,
    mtu: linkMtu,
    'filter-table': filterTable,
    programs: programsKind(context, signal),
    'image-archive': imageArchiveKind(context, signal),
    image: imageKind(context),
    absent: absentKind((resource) => kindOf(kinds, resource)),
  }
  return kinds
}

/** The handler of a resource. The pairing of kinds and handlers is what `Kinds` guarantees. */
export function kindOf(kinds: Kinds, resource: Resource): Kind<Resource> {
  const kind: unknown = kinds[resource.kind]
  return kind as Kind<Resource>
}

/** Whether what is there is what is wanted. */
export function isWanted(kinds: Kinds, resource: Resource, now: Json): boolean {
  const kind = kindOf(kinds, resource)
  if (kind.isWanted !== undefined) return kind.isWanted(resource, now)
  return now !== null && sameJson(now, kind.wanted(resource))
}

/** What `put` would change, field by field. */
export function changeOf(kinds: Kinds, resource: Resource, now: Json): Change {
  const kind = kindOf(kinds, resource)
  if (kind.change !== undefined) return kind.change(resource, now)
  const what = kind.name(resource)
  if (now === null) return { action: 'create', what }
  return { action: 'change', what, fields: fieldsOf(now, kind.wanted(resource)) }
}

function fieldsOf(from: Json, to: Json): FieldChange[] {
  if (!isObject(from) || !isObject(to)) return []
  return Object.keys({ ...from, ...to })
    .filter((key) => !sameJson(from[key], to[key]))
    .map((key) => ({
      path: `.${key}`,
      ...defined({ from: from[key], to: to[key] }),
    }))
}
