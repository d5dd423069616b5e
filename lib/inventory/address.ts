/** An IPv4 address as an unsigned number. */
function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => String(Math.floor(number / 2 ** shift) % 256)).join('.')
}

function rangeOf(cidr: string): { readonly first: number; readonly last: number } {
  const [address = '', bits = '32'] = cidr.split('/')
  const size = 2 ** (32 - Number(bits))
  const first = Math.floor(numberOf(address) / size) * size
  return { first, last: first + size - 1 }
}

/** The first usable address of a range: of the service range it is the Service kubernetes. */
export function firstAddress(cidr: string): string {
  return addressOf(rangeOf(cidr).first + 1)
}

/** Whether an address lies in a range. */
export function contains(cidr: string, address: string): boolean {
  const { first, last } = rangeOf(cidr)
  const number = numberOf(address)
  return number >= first && number <= last
}

/** Whether two ranges share an address. */
export function overlaps(a: string, b: string): boolean {
  const [one, other] = [rangeOf(a), rangeOf(b)]
  return one.first <= other.last && other.first <= one.last
}
