package main

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

const (
	firstPort = 32768
	portCount = 28232
	tries     = 8
)

// turn hands out local ports one after the other, by the clock, so that none comes again before connection tracking has
// forgotten its last question, from no process of this pod; what is asked faster than that, in a burst, is ahead of the
// clock for as long. Connection tracking leads what comes from a port that is used again to the server of its last question,
// be it gone meanwhile. That happens by lot to few who ask now and then; who asks hundreds of times a second would take it
// for a loss.
type turn struct {
	mutex     sync.Mutex
	last      int64
	perSecond int64
}

var (
	// udpPorts come again after 37 seconds, and are forgotten after 30 (nf_conntrack_udp_timeout).
	udpPorts = turn{perSecond: 750}
	// tcpPorts come again after 141 seconds, and are forgotten after 120 (nf_conntrack_tcp_timeout_time_wait).
	tcpPorts = turn{perSecond: 200}
)

func (t *turn) next() int {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.last = max(t.last+1, time.Now().UnixMicro()*t.perSecond/1_000_000)
	return firstPort + int(t.last%portCount)
}

// listen takes the kernel's choice where those in turn are taken.
func listen(network string) (*net.UDPConn, error) {
	for range tries {
		if conn, err := net.ListenUDP(network, &net.UDPAddr{Port: udpPorts.next()}); err == nil {
			return conn, nil
		}
	}
	return net.ListenUDP(network, nil)
}

// dial takes the kernel's choice of a port where those in turn are taken.
func dial(dialer net.Dialer, to netip.AddrPort) (net.Conn, error) {
	for range tries {
		dialer.LocalAddr = &net.TCPAddr{Port: tcpPorts.next()}
		conn, err := dialer.Dial("tcp", to.String())
		if !errors.Is(err, syscall.EADDRINUSE) && !errors.Is(err, syscall.EADDRNOTAVAIL) {
			return conn, err
		}
	}
	dialer.LocalAddr = nil
	return dialer.Dial("tcp", to.String())
}
