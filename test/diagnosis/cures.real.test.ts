import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import type { Edit } from '../../lib/diagnosis/corefile-edit/edit.ts'
import { editCorefile } from '../../lib/diagnosis/corefile-edit/edit-corefile.ts'
import { oneZone, onlyOnce, withoutTarget } from '../../lib/diagnosis/corefile-edit/edits.ts'
import { lineOf } from '../../lib/diagnosis/corefile-edit/lines.ts'
import { otherImage } from '../../lib/diagnosis/other-image.ts'
import { undoRollout } from '../../lib/diagnosis/undo-rollout.ts'
import { replaceServer } from '../../lib/diagnosis/corefile-edit/edit-in-words.ts'
import { rank } from '../../lib/diagnosis/rank.ts'
import { dnsOf, isChapters } from '../../lib/evidence/cluster-dns.ts'
import { type Evidence, itemsOf, valueOf } from '../../lib/evidence/evidence.ts'
import { but, failing, HEALTHY } from './evidence.ts'
import { corednsSays } from './evidence.ts'

const HEAD = ['.:53 {', '    errors', '    kubernetes cluster.local in-addr.arpa ip6.arpa {']
const TAIL = ['    }', '    forward . ns.example.org 192.0.2.1', '    cache 30', '}', '']

const withCorefile = (...lines: readonly string[]): Evidence =>
  but({ corefile: { found: [...HEAD, ...lines, ...TAIL].join('\n') } })

/** What sed of this machine makes of the Corefile, as kubectl prints it in YAML. */
function edited(e: Evidence, edit: Edit | readonly Edit[]): string {
  const { cure } = editCorefile(e, 'edit it', edit)
  const script = / \| (sed .*) \| /.exec(cure)?.[1]
  assert.ok(script, cure)
  const printed = (valueOf(e.corefile) ?? '').replaceAll(/^(?=.)/gm, '    ')
  const { stdout, stderr } = spawnSync('sh', ['-c', script], { input: printed, encoding: 'utf8' })
  assert.equal(stderr, '')
  return stdout.replaceAll(/^ {4}/gm, '')
}

describe('a cure of the Corefile is one command', () => {
  test('that leaves out a line, whatever letters it has, and no other', () => {
    const line = "endpoint https://10.0.0.1:6443/*.[a]^$\\'"
    const e = withCorefile('        pods insecure', `        ${line}`, `        ${line} more`)
    const expected = [...HEAD, '        pods insecure', `        ${line} more`, ...TAIL].join('\n')
    assert.equal(edited(e, { drop: line }), expected)
  })

  test('that changes a word in the lines of one plugin', () => {
    const to = { inLine: 'forward', of: 'ns.example.org', by: '/etc/resolv.conf' }
    const e = withCorefile('        # ns.example.org')
    const text = valueOf(e.corefile) ?? ''
    assert.equal(
      edited(e, to),
      text.replace('forward . ns.example.org', 'forward . /etc/resolv.conf'),
    )
  })

  test('that leaves out a target of forward, and the line with its only one', () => {
    const e = withCorefile()
    const of = { inLine: 'forward', of: ' ns.example.org', by: '' }
    assert.deepEqual(withoutTarget(e, 'forward', 'ns.example.org'), of)
    assert.match(edited(e, of), /^ {4}forward \. 192\.0\.2\.1$/m)
    const alone = but({ corefile: { found: '.:53 {\n    forward . ns.example.org\n}\n' } })
    const line = { drop: 'forward . ns.example.org' }
    assert.deepEqual(withoutTarget(alone, 'forward', 'ns.example.org'), line)
    assert.equal(withoutTarget(e, 'forward', '192.0.2.9'), null)
    const remarked = (words: string): Evidence =>
      but({ corefile: { found: `${HEAD.join('\n')}\n    }\n    forward . ${words}\n}\n` } })
    const only = remarked('192.0.2.1 # ours')
    const own = withoutTarget(only, 'forward', '192.0.2.1')
    assert.deepEqual(own, { drop: 'forward . 192.0.2.1 # ours' })
    assert.doesNotMatch(edited(only, own), /forward/)
    // Nothing would be left to ask.
    const inline = remarked('192.0.2.1 { max_fails 3 }')
    const { cure } = editCorefile(inline, 'by hand', withoutTarget(inline, 'forward', '192.0.2.1'))
    assert.match(cure, /edit configmap\/coredns; by hand$/)
  })

  test('that leaves a plugin in the block of the cluster, and takes it out of another one', () => {
    const other = ['example.org {', '    health', '    forward . 192.0.2.1', '}', '']
    const twice = (...lines: readonly string[]): Evidence =>
      but({
        corefile: { found: [...HEAD, ...TAIL.slice(0, 1), '    health', '}', ...lines].join('\n') },
      })
    const e = twice(...other)
    const edit = onlyOnce(e, 'health')
    assert.deepEqual(edit, { drop: 'health', inBlock: 'example.org {' })
    const expected = (valueOf(e.corefile) ?? '').replace(/health(?=\n {4}forward)/, '')
    assert.equal(edited(e, edit), expected.replace(/\n +\n/, '\n'))
    for (const lines of [[...other, ...other], [...other, 'a {', '    health', '}', ''], []]) {
      assert.equal(onlyOnce(twice(...lines), 'health'), null)
    }
  })

  test('that has one server block for all names in place of one for several zones', () => {
    const block = (head: string, own: string): Evidence =>
      but({ corefile: { found: `${head} {\n    health\n    ${own}\n    }\n    cache 30\n}\n` } })
    const zones = 'cluster.local:53 in-addr.arpa:53 ip6.arpa:53'
    const expected = '.:53 {\n    health\n    kubernetes cluster.local in-addr.arpa ip6.arpa {\n'
    for (const own of ['kubernetes {', 'kubernetes cluster.local in-addr.arpa ip6.arpa {']) {
      const e = block(zones, own)
      const edits = oneZone(e)
      assert.ok(edits)
      assert.equal(edited(e, edits), `${expected}    }\n    cache 30\n}\n`)
    }
    assert.equal(oneZone(block('.:53', 'kubernetes cluster.local {')), null)
    assert.equal(oneZone(block('cluster.local:53 arpa:5353', 'kubernetes {')), null)
  })

  test('that writes the brace that is missing, and takes no line out for it', () => {
    const lines = [
      ...['.:53 {', '    health {', '      lameduck 5s', '    }', '    ready'],
      ...['    kubernetes cluster.local in-addr.arpa {', '      pods insecure', '    }'],
      ...['    cache 30', '    loadbalance', '}', ''],
    ]
    const says = (words: string, corefile: readonly string[]) => {
      const e = but({ ...corednsSays(words), corefile: { found: corefile.join('\n') } })
      return { e, cure: rank(failing('coredns-pods', e)).verdicts[0]?.cure ?? '' }
    }
    const sedOf = ({ e, cure }: ReturnType<typeof says>): string => {
      const script = / \| (sed .*) \| /.exec(cure)?.[1]
      assert.ok(script, cure)
      const input = (valueOf(e.corefile) ?? '').replaceAll(/^(?=.)/gm, '    ')
      const { stdout } = spawnSync('sh', ['-c', script], { input, encoding: 'utf8' })
      return stdout.replaceAll(/^ {4}/gm, '')
    }
    const closed = (ending: string, without: number) =>
      says(
        `plugin/x: /etc/coredns/Corefile:${without} - Error during parsing: ${ending}`,
        lines.filter((_, i) => i !== without - 1),
      )
    for (const [ending, without] of [
      ["unknown property 'ready'", 4],
      ["Wrong argument count or unexpected line ending after 'ready'", 4],
      ["unknown property 'cache'", 8],
    ] as const) {
      assert.equal(sedOf(closed(ending, without)), lines.join('\n'))
    }
    const unopened = lines.with(1, '    health')
    assert.equal(
      sedOf(
        says(
          "/etc/coredns/Corefile:3 - Error during parsing: Unknown directive 'lameduck'",
          unopened,
        ),
      ),
      lines.join('\n'),
    )
    const unended = says(
      "/etc/coredns/Corefile:10 - Syntax error: Unexpected token 'loadbalance', expecting '}'",
      lines.filter((line) => line !== '}'),
    )
    assert.match(
      unended.cure,
      /edit configmap\/coredns; write one more closing brace in a line of its own, behind line 10; then /,
    )
    // A line that stands twice, and a brace that is missing twice.
    const twice = lines.filter((_, i) => i !== 7).concat('a.example {', '    cache 30', '}', '')
    assert.match(
      says(
        "plugin/kubernetes: /etc/coredns/Corefile:8 - Error during parsing: unknown property 'cache'",
        twice,
      ).cure,
      /; write one more closing brace in a line of its own, before line 8; then /,
    )
    assert.match(
      says(
        "plugin/health: /etc/coredns/Corefile:4 - Error during parsing: unknown property 'ready'",
        lines.filter((line) => line !== '    }'),
      ).cure,
      /; correct that line; then /,
    )
  })

  test('that writes an entry of hosts above fallthrough, behind which CoreDNS takes none', () => {
    const [own, other] = ['      10.0.0.1 a.example', '      10.0.0.2   b.example']
    const of = (...lines: readonly (string | undefined)[]): string =>
      ['.:53 {', '    hosts {', ...lines, '    }', '    kubernetes cluster.local', '}', ''].join(
        '\n',
      )
    const words =
      "plugin/hosts: /etc/coredns/Corefile:5 - Error during parsing: unknown property '10.0.0.2'"
    const found = of(own, '      fallthrough', other)
    const e = but({ ...corednsSays(words), corefile: { found } })
    const script = / \| (sed .*) \| /.exec(rank(failing('coredns-pods', e)).verdicts[0]?.cure ?? '')
    const input = found.replaceAll(/^(?=.)/gm, '    ')
    const { stdout } = spawnSync('sh', ['-c', script?.[1] ?? ''], { input, encoding: 'utf8' })
    assert.equal(stdout.replaceAll(/^ {4}/gm, ''), of(own, other, '      fallthrough'))
  })

  test('of the Corefile itself, whatever its file is called', () => {
    const text = "/etc/coredns/main:2 - Error during parsing: Unknown directive 'cache2'"
    const corefile = '.:53 {\n    cache2 30\n    kubernetes cluster.local\n}\n'
    const e = but({ ...corednsSays(text), corefile: { found: corefile } })
    const dns = { ...dnsOf(e), corefile: { configMap: 'own', key: 'k', path: '/etc/coredns/main' } }
    const [verdict] = rank(failing('coredns-pods', { ...e, dns: { found: dns } })).verdicts
    assert.match(verdict?.cause ?? '', /^CoreDNS does not understand its Corefile: /)
    assert.match(
      verdict?.cure ?? '',
      /get configmap\/own -o yaml \| sed '\/\^ \*cache2 30\$\/d' \| /,
    )
  })

  test('or says what to write where, by lines and names', () => {
    const lines = [
      '.:53 {',
      '    kubernetes cluster.local',
      '}',
      '. {',
      '    forward . 192.0.2.1',
      '}',
    ]
    const twice = but({ ...corednsSays('cannot serve dns://.:53 - it is already defined') })
    const cureOf = (e: Evidence): string => rank(failing('coredns-pods', e)).verdicts[0]?.cure ?? ''
    const both = cureOf({ ...twice, corefile: { found: lines.join('\n') } })
    assert.match(
      both,
      /edit configmap\/coredns; the server blocks in its lines 1 and 4 both serve \.: /,
    )
    const text = '/etc/coredns/custom/example.server:7 - Error during parsing: Unknown directive'
    const imported = but(corednsSays(text))
    const mounts = [
      { folder: '/etc/coredns', configMap: 'another' },
      { folder: '/etc/coredns/custom', configMap: 'coredns-custom' },
    ]
    const named = { ...imported, dns: { found: { ...dnsOf(imported), mounts } } }
    assert.match(
      cureOf(named),
      /^kubectl -n kube-system edit configmap\/coredns-custom; correct line 7 of what it has for example\.server; then /,
    )
    assert.match(
      cureOf(imported),
      /describe deployment\/coredns .* correct line 7 of \/etc\/coredns\/custom\/example\.server /,
    )
    const one = but({ corefile: { found: '.:53 {\n    forward . 192.0.2.1 {\n    }\n}\n' } })
    assert.match(
      replaceServer(one, '192.0.2.1:53'),
      /^in its line 2, forward \. 192\.0\.2\.1, write .* in place of 192\.0\.2\.1; then /,
    )
    const file = but({ corefile: { found: '.:53 {\n    forward . /etc/resolv.conf\n}\n' } })
    assert.match(
      replaceServer(file, '10.0.0.2:53'),
      / in place of \/etc\/resolv\.conf, which has 10\.0\.0\.2 for them; then /,
    )
  })

  test('and has CoreDNS read it', () => {
    const { subject, cure } = editCorefile(withCorefile(), 'edit it', { drop: 'errors' })
    assert.equal(subject, 'configmap/coredns')
    assert.match(
      cure,
      / replace -f - && kubectl -n kube-system rollout restart deployment\/coredns # .*--on-conflict adopt$/,
    )
  })

  for (const [why, e, edit] of [
    ['its text is not known', but({ corefile: { found: null } }), { drop: 'errors' }],
    ['kubectl prints it in quotes', withCorefile('        ttl 30 '), { drop: 'errors' }],
    ['no line reads so', withCorefile(), { drop: 'nonsense' }],
    ['a block would be left without its head', withCorefile(), { drop: HEAD[2]?.trim() ?? '' }],
    [
      'no name of the cluster would be served any more',
      withCorefile(),
      { inLine: 'kubernetes', of: 'cluster.local', by: 'example.org' },
    ],
  ] as const) {
    test(`and words where ${why}`, () => {
      const { cure } = editCorefile(e, 'edit it', edit)
      assert.equal(cure, 'kubectl -n kube-system edit configmap/coredns; edit it')
    })
  }

  test('a line is known by its plugin only where there is one of it', () => {
    assert.equal(lineOf(withCorefile(), 'forward'), 'forward . ns.example.org 192.0.2.1')
    assert.equal(lineOf(withCorefile('    forward b 192.0.2.2'), 'forward'), undefined)
  })
})

describe('a cure of what runs CoreDNS', () => {
  const names = (hash: string, ready: boolean) =>
    itemsOf(HEALTHY.pods)
      .filter(({ name }) => name.startsWith('coredns-'))
      .slice(0, 1)
      .map((pod) => ({ ...pod, name: `coredns-${hash}-x`, ready }))
  const sets = (...hashes: readonly string[]): Pick<Evidence, 'replicaSets'> => ({
    replicaSets: {
      found: hashes.map((hash, i) => ({
        ...{ name: `coredns-${hash}`, revision: String(i + 3), wanted: 1, failure: null },
      })),
    },
  })
  const pods = (...found: readonly ReturnType<typeof names>[]): Pick<Evidence, 'pods'> => ({
    pods: { found: found.flat() },
  })

  test('goes back to the revision that serves beside one that does not start', () => {
    const e = but({ ...sets('a', 'b'), ...pods(names('a', true), names('b', false)) })
    assert.equal(
      undoRollout(e, 'edit it'),
      'kubectl -n kube-system rollout undo deployment/coredns --to-revision=3',
    )
  })

  test('is told in words where none serves, or some of its own pods do not', () => {
    const none = but({ ...sets('a', 'b'), ...pods(names('b', false)) })
    const same = but({ ...sets('a'), ...pods(names('a', true), names('a', false)) })
    for (const e of [none, same]) assert.equal(undoRollout(e, 'edit it'), 'edit it')
  })

  test('names the image that a lab has, of its edition, and on other clusters the one that serves', () => {
    const image = 'registry.k8s.io/coredns/coredns:v1.14.6'
    const inLab = but({ wanted: { ...HEALTHY.wanted, image } })
    assert.equal(
      otherImage(inLab, 'coredns'),
      `kubectl -n kube-system set image deployment/coredns coredns=${image}`,
    )
    const unknown = HEALTHY.wanted
    const beside = { ...sets('a', 'b'), ...pods(names('a', true), names('b', false)) }
    assert.match(otherImage(but({ wanted: unknown, ...beside }), 'coredns'), /rollout undo/)
    assert.match(
      otherImage(but({ wanted: unknown }), 'coredns'),
      /edit deployment\/coredns; name an image that the workers can pull/,
    )
  })

  test('does not apply the chapter over a CoreDNS that somebody else has made', () => {
    assert.equal(isChapters(HEALTHY), true)
    const dns = valueOf(HEALTHY.dns)
    assert.ok(dns)
    assert.equal(isChapters(but({ dns: { found: { ...dns, foreign: true } } })), false)
  })
})
