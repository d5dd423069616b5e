import type { Json } from '../../core/json.ts'
import type { Absent, Resource } from '../../ports/resources.ts'
import { inGroups, type Kind } from './kind.ts'

/** What another kind knows, turned round: it is as wanted when nothing is there. */
export function absentKind(kindOf: (resource: Resource) => Kind<Resource>): Kind<Absent> {
  const of = ({ resource }: Absent): Kind<Resource> => kindOf(resource)
  return {
    name: (absent) => of(absent).name(absent.resource),
    wanted: () => null,
    isWanted: (_, now) => now === null,
    look: (all) =>
      inGroups(
        all,
        ({ resource }) => resource.kind,
        (group) => kindOf(group[0]?.resource as Resource).look(group.map((one) => one.resource)),
      ),
    async put(absent) {
      const { resource } = absent
      const kind = of(absent)
      await (kind.takeAway?.(resource) ?? kind.restore(resource, null))
    },
    async restore(absent, before: Json) {
      // Found absent, it was not taken away.
      if (before !== null) await of(absent).restore(absent.resource, before)
    },
    change: (absent) => ({ action: 'delete', what: of(absent).name(absent.resource) }),
    undone: (absent, before) =>
      before === null ? null : `${of(absent).name(absent.resource)} as it was`,
  }
}
