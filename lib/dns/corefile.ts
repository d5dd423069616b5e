/**
 * Whether a server of this Corefile sends on what it does not know itself: `forward`, or `proxy` up to
 * CoreDNS 1.4. The chapter's own does not, so it answers SERVFAIL for the names of the world outside.
 */
export function forwards(corefile: string): boolean {
  const words = corefile.split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/)[0])
  return words.some((word) => word === 'forward' || word === 'proxy')
}
