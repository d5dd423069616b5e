import { formatCidr, meet, parseAddress, parseCidr } from './address.ts'
import { type Fault, textField } from './text-field.ts'

const ADDRESS_LENGTH = 15
const CIDR_LENGTH = 18

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
    longest: ADDRESS_LENGTH,
    pattern: String.raw`^(\d{1,3}\.){3}\d{1,3}$`,
    judge: (value) => {
      if (parseAddress(value) !== null) return null
      if (parseCidr(value) === null) return notIPv4(value, 'is not an IPv4 address')
      return {
        fault: 'is a network, not an address',
        remedy: 'leave out the slash and what follows',
      }
    },
  })
}

/** What a network field is, with the prefix lengths that make sense for it. */
export interface NetworkField {
  readonly description: string
  readonly example: string
  readonly largest: number
  readonly smallest: number
}

/** An IPv4 network without host bits. */
export function networkField({ description, example, largest, smallest }: NetworkField) {
  return textField({
    description,
    example,
    longest: CIDR_LENGTH,
    pattern: String.raw`^(\d{1,3}\.){3}\d{1,3}/\d{1,2}$`,
    judge: (value) => {
      const network = parseCidr(value)
      if (network === null) {
        return parseAddress(value) === null
          ? notIPv4(value, 'is not an IPv4 network')
          : { fault: 'has no prefix length', remedy: `write a network, such as ${example}` }
      }
      const { prefix } = network
      if (formatCidr(network) !== value) {
        return {
          fault: `has bits set beyond its first ${prefix}`,
          remedy: `write ${formatCidr(network)}`,
        }
      }
      if (prefix < largest || prefix > smallest) {
        return {
          fault: `is too ${prefix < largest ? 'large' : 'small'}`,
          remedy: `take a network between /${largest} and /${smallest}, such as ${example}`,
        }
      }
      const reserved = Object.keys(RESERVED).find((range) => meet(networkOf(range), network))
      if (reserved === undefined) return null
      return {
        fault: `meets ${reserved}, reserved for ${RESERVED[reserved] ?? ''}`,
        remedy: `take a private network, such as ${example}`,
      }
    },
  })
}

function notIPv4(value: string, fault: string): Fault {
  return { fault: value.includes(':') ? `${fault}: IPv6 is not supported` : fault }
}

function networkOf(range: string) {
  return parseCidr(range) ?? { first: 0, last: -1, prefix: 32 }
}
