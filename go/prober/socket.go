package main

import (
	"cmp"
	"encoding/binary"
	"io"
	"net"
	"syscall"
	"time"
)

// ipv6RecvErr is IPV6_RECVERR of linux/in6.h, which package syscall does not have.
const ipv6RecvErr = 25

// prepare asks the kernel to say when each message came in, and to report refusals (ICMP) to an unconnected socket.
// Where it will not, times are taken here and refusals look like silence.
func prepare(conn *net.UDPConn, six bool) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return
	}
	stampArrivals(raw)
	_ = raw.Control(func(fd uintptr) {
		if six {
			_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IPV6, ipv6RecvErr, 1)
		} else {
			_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, syscall.IP_RECVERR, 1)
		}
	})
}

func stampArrivals(socket syscall.RawConn) {
	_ = socket.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_TIMESTAMPNS, 1)
	})
}

// stampedStream keeps what the kernel has added to the bytes that were read last.
type stampedStream struct {
	conn    *net.TCPConn
	control [64]byte
	added   int
}

func (s *stampedStream) Read(into []byte) (n int, err error) {
	socket, err := s.conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	late := socket.Read(func(fd uintptr) bool {
		n, s.added, _, _, err = syscall.Recvmsg(int(fd), into, s.control[:], 0)
		return err != syscall.EAGAIN
	})
	switch err = cmp.Or(late, err); {
	case err != nil:
		return 0, err
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}

// tookUntil is the time until the kernel had the message, or until now where it does not say.
func tookUntil(control []byte, since time.Time) time.Duration {
	took := time.Since(since)
	// Of the two clocks only this one may be set; then the other counts.
	if at, ok := arrivalIn(control); ok {
		if byKernel := at.Sub(since.Round(0)); byKernel > 0 && byKernel < took {
			return byKernel
		}
	}
	return took
}

// arrivalIn reads the time that SO_TIMESTAMPNS adds to a message (socket(7)): a timespec of 64 bits each.
func arrivalIn(control []byte) (time.Time, bool) {
	messages, err := syscall.ParseSocketControlMessage(control)
	if err != nil {
		return time.Time{}, false
	}
	for _, one := range messages {
		isTime := one.Header.Level == syscall.SOL_SOCKET && one.Header.Type == syscall.SCM_TIMESTAMPNS
		if isTime && len(one.Data) >= 16 {
			seconds := int64(binary.NativeEndian.Uint64(one.Data))
			return time.Unix(seconds, int64(binary.NativeEndian.Uint64(one.Data[8:]))), true
		}
	}
	return time.Time{}, false
}
