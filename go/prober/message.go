package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

const headerLength = 12

// types are numbers of RFC 1035, 2782 and 3596.
var types = map[string]uint16{"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33}

// queryFor is a query with the id 0 that asks for recursion (RFC 1035, section 4.1).
func queryFor(name, kind string) ([]byte, error) {
	number, ok := types[kind]
	if !ok {
		return nil, fmt.Errorf("type %q", kind)
	}
	query := []byte{0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}
	for _, label := range strings.Split(name, ".") {
		if len(label) == 0 || len(label) > 63 {
			return nil, fmt.Errorf("%q cannot be a DNS name", name)
		}
		query = append(query, byte(len(label)))
		query = append(query, label...)
	}
	query = append(query, 0)
	if len(query)-headerLength > 255 {
		return nil, fmt.Errorf("%q is longer than a DNS name can be", name)
	}
	query = binary.BigEndian.AppendUint16(query, number)
	return binary.BigEndian.AppendUint16(query, 1), nil
}

// answers tells whether a message is a response to that query: same id, same question in either case.
func answers(message, query []byte) bool {
	if len(message) < headerLength || message[0] != query[0] || message[1] != query[1] || message[2]&0x80 == 0 {
		return false
	}
	// A server that could not read the query repeats no question.
	if binary.BigEndian.Uint16(message[4:]) == 0 {
		return rcode(message) != 0
	}
	end := questionEnd(query)
	return len(message) >= end && bytes.EqualFold(message[headerLength:end], query[headerLength:end])
}

// questionEnd is where the one question of a query of ours ends.
func questionEnd(query []byte) int {
	at := headerLength
	for query[at] != 0 {
		at += 1 + int(query[at])
	}
	return at + 1 + 4
}

func rcode(message []byte) int            { return int(message[3] & 0x0f) }
func isAuthoritative(message []byte) bool { return message[2]&0x04 != 0 }
func isTruncated(message []byte) bool     { return message[2]&0x02 != 0 }
func answerCount(message []byte) int      { return int(binary.BigEndian.Uint16(message[6:])) }
