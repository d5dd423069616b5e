package main

import (
	"encoding/binary"
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
	_ = raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_TIMESTAMPNS, 1)
		if six {
			_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IPV6, ipv6RecvErr, 1)
		} else {
			_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, syscall.IP_RECVERR, 1)
		}
	})
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
