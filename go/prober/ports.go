package main

import (
	"net"
	"sync"
	"time"
)

const (
	firstPort = 32768
	portCount = 28232
	// portsASecond leads through all of them in 37 seconds, and is more than this program asks by UDP for long.
	portsASecond = 750
)

// ports hands out local ports in turn, by the clock, so that none comes again for half a minute, from no process of this
// pod. Connection tracking leads what comes from a port that is used again to the server of its last question, for 30
// seconds (nf_conntrack_udp_timeout), be it gone meanwhile. That happens by lot to few who ask now and then; who asks
// hundreds of times a second would take it for a loss.
var ports struct {
	mutex sync.Mutex
	last  int64
}

func nextPort() int {
	ports.mutex.Lock()
	defer ports.mutex.Unlock()
	ports.last = max(ports.last+1, time.Now().UnixMicro()*portsASecond/1_000_000)
	return firstPort + int(ports.last%portCount)
}

// listen takes the kernel's choice where those in turn are taken.
func listen(network string) (*net.UDPConn, error) {
	for tries := 0; tries < 8; tries++ {
		if conn, err := net.ListenUDP(network, &net.UDPAddr{Port: nextPort()}); err == nil {
			return conn, nil
		}
	}
	return net.ListenUDP(network, nil)
}
