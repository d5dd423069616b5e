package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// Answer is what became of one question.
type Answer struct {
	// Message is the response as it came, nil where none came in time.
	Message []byte
	Took    time.Duration
	// Error is why there was none, beyond that it did not come.
	Error string
	// Unsent: this program could not even ask, for want of a socket.
	Unsent bool
	// Strangers are others than the server who sent the answer; it is not taken, as no resolver would.
	Strangers []netip.AddrPort
	// Ignored are messages that were no answer to this question, by id or by what they repeat of it.
	Ignored int
}

// ask asks once, from a port of its own.
func ask(to netip.AddrPort, protocol string, query []byte, timeout time.Duration) Answer {
	query = append([]byte(nil), query...)
	binary.BigEndian.PutUint16(query, uint16(rand.Uint32()))
	if protocol == "tcp" {
		return askTCP(to, query, timeout)
	}
	return askUDP(to, query, timeout)
}

// askUDP takes its socket unconnected, so that it sees who else answers. The kernel says when a message has come
// in: what this program waits for a processor afterwards is no part of the way.
func askUDP(to netip.AddrPort, query []byte, timeout time.Duration) (answer Answer) {
	network := "udp4"
	if to.Addr().Is6() {
		network = "udp6"
	}
	conn, err := listen(network)
	if err != nil {
		return Answer{Error: reason(err), Unsent: true}
	}
	defer conn.Close()
	prepare(conn, to.Addr().Is6())
	buffer, control := make([]byte, 4096), make([]byte, 256)
	since := time.Now()
	_ = conn.SetDeadline(since.Add(timeout))
	if _, err := conn.WriteToUDPAddrPort(query, to); err != nil {
		return Answer{Error: reason(err), Unsent: isOwn(err)}
	}
	for {
		n, c, _, from, err := conn.ReadMsgUDPAddrPort(buffer, control)
		if err != nil {
			// The deadline says no more than that nothing came; refusals come as errors of the socket.
			if !errors.Is(err, syscall.ETIMEDOUT) && !isTimeout(err) {
				answer.Error = reason(err)
			}
			return answer
		}
		took := tookUntil(control[:c], since)
		message := buffer[:n]
		switch source := netip.AddrPortFrom(from.Addr().Unmap(), from.Port()); {
		case !answers(message, query):
			answer.Ignored++
		case source != to:
			answer.Strangers = append(answer.Strangers, source)
		case took <= timeout:
			answer.Message, answer.Took = append([]byte(nil), message...), took
			return answer
		default:
			return answer
		}
	}
}

// askTCP counts the handshake in: it is a part of what asking by TCP takes. It begins when the socket is there, and ends as
// with UDP.
func askTCP(to netip.AddrPort, query []byte, timeout time.Duration) (answer Answer) {
	var since time.Time
	dialer := net.Dialer{Timeout: timeout, KeepAlive: -1, Control: func(_, _ string, socket syscall.RawConn) error {
		stampArrivals(socket)
		if len(query) > largestSmall {
			maySplit(socket)
		}
		since = time.Now()
		return nil
	}}
	conn, err := dial(dialer, to)
	if err != nil {
		if !isTimeout(err) {
			answer.Error, answer.Unsent = reason(err), isOwn(err)
		}
		return answer
	}
	defer conn.Close()
	_ = conn.SetDeadline(since.Add(timeout))
	framed := binary.BigEndian.AppendUint16(nil, uint16(len(query)))
	if _, err = conn.Write(append(framed, query...)); err != nil {
		answer.Error = reason(err)
		return answer
	}
	stream := &stampedStream{conn: conn.(*net.TCPConn)}
	buffered := bufio.NewReader(stream)
	for {
		message, err := readFramed(buffered)
		if err != nil {
			if !isTimeout(err) {
				answer.Error = reason(err)
			}
			return answer
		}
		if answers(message, query) {
			answer.Message, answer.Took = message, tookUntil(stream.control[:stream.added], since)
			return answer
		}
		answer.Ignored++
	}
}

func readFramed(conn io.Reader) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	message := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(conn, message)
	return message, err
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// isOwn tells what this program lacks from what the network does.
func isOwn(err error) bool {
	for _, one := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.EADDRNOTAVAIL} {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

// reason is the system's own word, without addresses and ports, so that equal reasons are equal texts.
func reason(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number.Error()
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "the connection was closed"
	}
	return err.Error()
}
