import { homedir } from 'node:os'
import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { archOf, foldersOf, type ProgramsContext } from './context.ts'

/** The user's settings on where modules and toolchains come from; all others could break the build. */
const HONOURED = [
  'GOPROXY',
  'GOSUMDB',
  'GONOSUMDB',
  'GONOSUMCHECK',
  'GONOPROXY',
  'GOPRIVATE',
  'GOINSECURE',
  'GOVCS',
  'GOAUTH',
  'GOTOOLCHAIN',
]

/**
 * The environment of a Go build: nothing of the user's Go settings but where modules come from, and
 * every folder Go writes to below the cache. Settings made by `go env -w` count as the user's too.
 */
export async function goEnvironment(
  context: ProgramsContext,
  scratch: string,
): Promise<Record<string, string>> {
  const folders = foldersOf(context)
  const saved = await savedSettings(context.env)
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(context.env)) {
    if (value !== undefined && !/^(GO|CGO_)/.test(name)) env[name] = value
  }
  for (const name of HONOURED) {
    const value = context.env[name] ?? saved[name]
    if (value !== undefined) env[name] = value
  }
  const mirror = context.mirrors?.modules
  if (mirror !== undefined) env['GOPROXY'] = [mirror, env['GOPROXY']].filter(Boolean).join(',')
  // Some distributions ship Go with GOTOOLCHAIN=local as its own default.
  env['GOTOOLCHAIN'] ??= 'auto'
  const root = context.env['GOROOT']
  if (root) env['GOROOT'] = root
  return {
    ...env,
    GOENV: 'off',
    GOFLAGS: '',
    GOWORK: 'off',
    CGO_ENABLED: '0',
    // All programs are for hosts and nodes, whatever machine this is.
    GOOS: 'linux',
    GOARCH: archOf(context),
    GOPATH: folders.go,
    GOCACHE: folders.goBuild,
    GOMODCACHE: folders.goModules,
    GOTMPDIR: scratch,
    // Go keeps its telemetry counters below the user's configuration folder.
    XDG_CONFIG_HOME: join(folders.go, 'config'),
  }
}

/** What `go env -w` has written (cmd/go, «Environment variables»: GOENV). */
async function savedSettings(env: ProgramsContext['env']): Promise<Record<string, string>> {
  const config = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config')
  const file = env['GOENV'] || join(config, 'go', 'env')
  if (file === 'off') return {}
  const text = await readFile(file, 'utf8').catch(() => '')
  const settings: Record<string, string> = {}
  for (const line of text.split('\n')) {
    const match = /^([A-Z_]+)=(.*)$/.exec(line)
    if (match?.[1] !== undefined) settings[match[1]] = match[2] ?? ''
  }
  return settings
}
