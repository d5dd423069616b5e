package main

import (
	"math/rand/v2"
	"net"
	"sync/atomic"
)

const (
	firstPort = 32768
	portCount = 28232
)

// ports hands out local ports in turn. Connection tracking leads what comes from a port that is used again to the
// server of its last question, for 30 seconds (nf_conntrack_udp_timeout), be it gone meanwhile. Few clients ask so
// often that this happens to them by lot; one that asks hundreds of times a second would call that a loss.
type ports struct{ next atomic.Uint32 }

func portsInTurn() *ports {
	p := &ports{}
	p.next.Store(rand.Uint32N(portCount))
	return p
}

// listen takes the kernel's choice where it is nil, or those in turn are taken.
func (p *ports) listen(network string) (*net.UDPConn, error) {
	for tries := 0; p != nil && tries < 8; tries++ {
		port := firstPort + int(p.next.Add(1)%portCount)
		if conn, err := net.ListenUDP(network, &net.UDPAddr{Port: port}); err == nil {
			return conn, nil
		}
	}
	return net.ListenUDP(network, nil)
}
