package main

import (
	"net/netip"
	"strconv"
	"strings"
)

const resolvConf = "/etc/resolv.conf"

// conf is what counts of a resolv.conf(5).
type conf struct {
	servers []netip.AddrPort
	search  []string
	ndots   int
}

func confIn(text string) conf {
	found := conf{ndots: 1}
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		switch words[0] {
		case "nameserver":
			if address, err := netip.ParseAddr(words[1]); err == nil && len(found.servers) < 3 {
				found.servers = append(found.servers, netip.AddrPortFrom(address.Unmap(), 53))
			}
		case "search", "domain":
			found.search = words[1:]
		case "options":
			for _, word := range words[1:] {
				if n, err := strconv.Atoi(strings.TrimPrefix(word, "ndots:")); err == nil && strings.HasPrefix(word, "ndots:") {
					found.ndots = min(n, 15)
				}
			}
		}
	}
	return found
}

// order is the absolute names that are asked for in turn, as glibc's resolver has it: with fewer than ndots dots the
// search list goes first.
func (c conf) order(name string) []string {
	if strings.HasSuffix(name, ".") {
		return []string{strings.TrimSuffix(name, ".")}
	}
	searched := []string{}
	for _, domain := range c.search {
		searched = append(searched, strings.TrimSuffix(name+"."+strings.TrimSuffix(domain, "."), "."))
	}
	if strings.Count(name, ".") < c.ndots {
		return append(searched, name)
	}
	return append([]string{name}, searched...)
}

// lookUp asks the pod's own servers for the names in turn until one has an answer.
func (c conf) lookUp(r *Request) (string, Answer) {
	last := Answer{Error: "resolv.conf names no server"}
	if len(c.servers) == 0 {
		return r.Name, last
	}
	asked := r.Name
	for _, name := range c.order(r.Name) {
		query, err := queryFor(name, r.Type)
		if err != nil {
			continue
		}
		asked = name
		last = c.askInTurn(r, query)
		if last.Message == nil || !goesOn[rcode(last.Message)] || answerCount(last.Message) > 0 {
			break
		}
	}
	return asked, last
}

// askInTurn goes round the servers, as resolvers do: one lost packet is no silence.
func (c conf) askInTurn(r *Request, query []byte) (answer Answer) {
	for range r.Count {
		for _, server := range c.servers {
			answer = ask(server, r.Protocol, query, r.timeout)
			if answer.Message != nil {
				return answer
			}
		}
	}
	return answer
}

// goesOn has the response codes after which glibc tries the next name: NOERROR without an answer, SERVFAIL, NXDOMAIN.
var goesOn = map[int]bool{0: true, 2: true, 3: true}
