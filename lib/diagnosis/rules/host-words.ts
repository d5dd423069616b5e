import { type Evidence, itemsOf } from '../../evidence/evidence.ts'
import { onHost, permanent, rule, type Rule } from '../rule.ts'

/** The kernel's words for a limit on inotify that is reached (inotify_init(2)): EMFILE. */
const SPENT = /(?:inotify|fsnotify|watcher).*too many open files|too many open files.*inotify/i

/** G. Why a program of a host has ended, where its log tells of the host itself: to start it again cures nothing. */
export const hostWordRules: readonly Rule[] = [
  rule('G8', 'hosts', 'No inotify instance left', {
    symptom: 'A kubelet or another program ends again as soon as it is started.',
    proof: 'Its log ends with `inotify_init: too many open files`.',
    cure: 'Raise fs.inotify.max_user_instances, then start the program.',
    find: (e) =>
      itemsOf(e.hosts).flatMap(({ name: host, dead }) =>
        dead.flatMap(({ program, words }) => {
          const said = words.find((line) => SPENT.test(line))
          if (said === undefined) return []
          return permanent({
            cause: `${program} on ${host} has ended, as no inotify instance is left: fs.inotify.max_user_instances is used up`,
            evidence: `${program} is not among the processes of ${host}; its log: ${said}`,
            ...onHost(host, cure(e, program)),
          })
        }),
      ),
  }),
]

/** A lab's hosts share the kernel of this machine. */
function cure(e: Evidence, program: string): string {
  const raise = 'sysctl -w fs.inotify.max_user_instances=8192'
  return `${raise}; ${e.wanted.target === 'lab' ? 'npx tsx run.ts lab up' : `systemctl restart ${program}`}`
}
