import { formatCidr, overlaps, parseAddress, parseCidr } from './address.ts'
import { type Fault, textField } from './text-field.ts'

/** Never usable for hosts, pods or Services, whatever else the machine does. */
const RESERVED: Readonly<Record<string, string>> = {
  '0.0.0.0/8': '“this network”',
  '127.0.0.0/8': 'loopback',
  '169.254.0.0/16': 'link-local',
  '224.0.0.0/3': 'multicast',
}

/** An IPv4 address. */
export function addressField(description: string, example: string) {
  return textField({
    description,
    example,
    longest: '255.255.255.255'.length,
    pattern: String.raw`^(\d{1,3}\.){3}\d{1,3}$`,
    judge: (value) => {
      if (parseAddress(value) !== null) return null
      if (parseCidr(value) === null) return notIPv4(value, 'is not an IPv4 address')
      const remedy = 'leave out the slash and what follows'
      return { fault: 'is a network, not an address', remedy }
    },
  })
}

/** An IPv4 network without host bits, whose prefix length is between `largest` and `smallest`. */
export function networkField(
  description: string,
  example: string,
  { largest = 8, smallest = 28 }: { readonly largest?: number; readonly smallest?: number } = {},
) {
  return textField({
    description,
    example,
    longest: '255.255.255.255/32'.length,
    pattern: String.raw`^(\d{1,3}\.){3}\d{1,3}/\d{1,2}$`,
    judge: (value) => {
      const network = parseCidr(value)
      if (network === null) {
        if (parseAddress(value) === null) return notIPv4(value, 'is not an IPv4 network')
        return { fault: 'has no prefix length', remedy: `write a network, such as ${example}` }
      }
      const { prefix } = network
      const whole = formatCidr(network)
      if (whole !== value) {
        return { fault: `has bits set beyond its first ${prefix}`, remedy: `write ${whole}` }
      }
      if (prefix < largest || prefix > smallest) {
        return {
          fault: `is too ${prefix < largest ? 'large' : 'small'}`,
          remedy: `take a network between /${largest} and /${smallest}, such as ${example}`,
        }
      }
      const [range, use] = Object.entries(RESERVED).find(([of]) => overlaps(of, value)) ?? []
      if (range === undefined || use === undefined) return null
      const fault = `meets ${range}, reserved for ${use}`
      return { fault, remedy: `take a private network, such as ${example}` }
    },
  })
}

function notIPv4(value: string, fault: string): Fault {
  return { fault: value.includes(':') ? `${fault}: IPv6 is not supported` : fault }
}
