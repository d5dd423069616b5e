package main

import (
	"encoding/binary"
	"syscall"
)

// A way may take small packets and lose large ones, without a word to who sent them: where a link, or a tunnel, takes less
// than both ends believe (RFC 2923, section 2.1). TCP fills its packets as far as the ends allow, so some thousand bytes
// show it.

// mostPadding leaves room for the question in a message of TCP.
const mostPadding = 60_000

// largestSmall is what goes through any link in one packet, headers included (RFC 791).
const largestSmall = 512

// maySplit lets routers split what this socket sends. Else this pod's kernel would learn by the first large question what
// the way takes (RFC 1191), and have servers send it no more than that for ten minutes: whoever asks from another pod would
// go on losing answers, and this one would see none of it. The server's packets are not split.
func maySplit(socket syscall.RawConn) {
	_ = socket.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, syscall.IP_MTU_DISCOVER, syscall.IP_PMTUDISC_DONT)
	})
}

// padded is the query with so many bytes more (RFC 6891 and 7830). A CoreDNS sends them back: its answer is as large.
func padded(query []byte, more int) []byte {
	query = append([]byte(nil), query...)
	query[11] = 1 // one additional record
	query = append(query, 0, 0, 41)
	query = binary.BigEndian.AppendUint16(query, 1232)
	query = append(query, 0, 0, 0, 0)
	query = binary.BigEndian.AppendUint16(query, uint16(more+4))
	query = binary.BigEndian.AppendUint16(query, 12)
	query = binary.BigEndian.AppendUint16(query, uint16(more))
	return append(query, make([]byte, more)...)
}
