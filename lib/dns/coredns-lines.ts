/** Before the text of CoreDNS's own loggers: nothing, or a time. */
export const TIME = String.raw`(?:\d{4}-\d\d-\d\dT[\d:.]+Z )?`

/** It could not load a Corefile that was changed, and goes on with the one before; why is the first group. */
export const RELOAD_FAILED = new RegExp(
  `^${TIME}\\[(?:ERROR|WARNING)\\] (?:Restart failed|plugin/reload: Corefile (?:changed but reload|parse) failed): (.*)$`,
)

/** It has loaded a Corefile. */
export const LOADED = new RegExp(
  `^${TIME}\\[INFO\\] (?:plugin/reload: Running configuration|Reloading complete)(.*)$`,
)
