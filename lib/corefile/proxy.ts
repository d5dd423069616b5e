import { bodyOf, type Statement } from './statement.ts'
import type { Told, Translated } from './translate.ts'

/**
 * `proxy` of CoreDNS up to 1.4 as `forward`, which kubeadm's upgrade makes of it, too (corefile-migration v1.0.36, proxyToForwardOptionsMigrations).
 * What forward does in another way is told.
 */
export function proxyToForward(proxy: Statement, since: string): Translated {
  const told: Told[] = [
    { line: proxy.line, text: `${proxy.text}: becomes forward, as proxy is gone ${since}` },
  ]
  const obstacles: Told[] = []
  const body = bodyOf(proxy).flatMap((option): readonly Statement[] => {
    const becomes = optionOf(option.words)
    const { line, text } = option
    if ('refused' in becomes) obstacles.push({ line, text: `${text} of proxy: ${becomes.refused}` })
    if (!('option' in becomes)) {
      if ('because' in becomes) {
        told.push({ line, text: `${text} of proxy: left out, ${becomes.because}` })
      }
      return []
    }
    if (becomes.option === text) return [option]
    told.push({ line, text: `${text} of proxy: becomes ${becomes.option}` })
    return [{ ...option, words: becomes.option.split(' '), text: becomes.option }]
  })
  const [, ...args] = proxy.words
  const [, ...rest] = proxy.text.split(' ')
  const forward: Statement = {
    ...proxy,
    words: ['forward', ...args],
    text: ['forward', ...rest].join(' '),
    body: body.length === 0 ? null : body,
  }
  return { statements: [forward], told, obstacles }
}

type Becomes =
  { readonly option: string } | { readonly because: string } | { readonly refused: string }

function optionOf([name = '', ...args]: readonly string[]): Becomes {
  switch (name) {
    case 'except':
      return { option: [name, ...args].join(' ') }
    case 'policy':
      if (args[0] === 'random' || args[0] === 'round_robin') return { option: `policy ${args[0]}` }
      if (args[0] === 'first') return { option: 'policy sequential' }
      return { because: 'forward knows no such policy, and chooses at random' }
    case 'protocol':
      if (args[0] !== 'dns') {
        return {
          refused: `forward speaks no ${args.join(' ')}: name servers of plain DNS, or tls:// ones`,
        }
      }
      return args[1] === 'force_tcp'
        ? { option: 'force_tcp' }
        : { because: 'forward speaks DNS anyway' }
    case 'spray':
      return { because: 'forward asks one at random where all seem to be down' }
    case 'fail_timeout':
    case 'max_fails':
    case 'health_check':
      return { because: 'forward asks its servers itself whether they are well' }
    default:
      return { refused: 'no option of proxy that is known here' }
  }
}
