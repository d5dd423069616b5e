package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Request is what one server, or the pod's own resolver, is asked.
type Request struct {
	// Server is an address. Without one the name is looked up as the pod's resolv.conf has it.
	Server string `json:"server"`
	// Port is 53 where left out.
	Port uint16 `json:"port"`
	// Protocol is udp where left out, or tcp.
	Protocol string `json:"protocol"`
	// Name is taken as absolute where there is a Server.
	Name string `json:"name"`
	Type string `json:"type"`
	// Count is how often it is asked, each time from a fresh port; 1 where left out. Without a Server, how often at
	// most, until there is an answer.
	Count int `json:"count"`
	// TimeoutMs is after how many milliseconds without an answer a question is lost; 2000 where left out.
	TimeoutMs int `json:"timeoutMs"`
	// After is which request, by its place, has to be answered before this one is asked; if it is not, this one is lost
	// as well. So that nobody waits for a slow server further up behind a server that is silent anyway.
	After *int `json:"after"`
	// Pad is how many bytes a question by TCP has beyond what it needs, see large.go. Of its answer only the header is told.
	Pad int `json:"pad"`
	// Each asks for a line a question besides the one for all of them.
	Each bool `json:"each"`

	// done is closed when all is known, and alive is whether there was an answer.
	done  chan struct{}
	alive bool

	to      netip.AddrPort
	timeout time.Duration
	query   []byte
}

const mostQuestions = 100_000

func requestsIn(args []string, in *bufio.Reader) ([]*Request, error) {
	texts := args
	for len(args) == 0 {
		line, err := in.ReadString('\n')
		if strings.TrimSpace(line) != "" {
			texts = append(texts, line)
			if err == nil {
				continue
			}
		}
		break
	}
	if len(texts) == 0 {
		return nil, fmt.Errorf("nothing to ask")
	}
	requests := make([]*Request, len(texts))
	for i, text := range texts {
		request, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("request %d: %w", i, err)
		}
		if request.After != nil && (*request.After < 0 || *request.After >= i) {
			return nil, fmt.Errorf("request %d: after %d, which does not come before it", i, *request.After)
		}
		requests[i] = request
	}
	return requests, nil
}

func parse(text string) (*Request, error) {
	r := &Request{Port: 53, Protocol: "udp", Type: "A", Count: 1, TimeoutMs: 2000, done: make(chan struct{})}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(r); err != nil {
		return nil, err
	}
	if r.Count < 1 || r.Count > mostQuestions {
		return nil, fmt.Errorf("count %d", r.Count)
	}
	if r.Protocol != "udp" && r.Protocol != "tcp" {
		return nil, fmt.Errorf("protocol %q", r.Protocol)
	}
	if r.Pad < 0 || r.Pad > mostPadding || (r.Pad > 0 && r.Protocol != "tcp") {
		return nil, fmt.Errorf("pad %d by %s", r.Pad, r.Protocol)
	}
	if r.TimeoutMs < 1 || r.TimeoutMs > 60_000 {
		return nil, fmt.Errorf("timeoutMs %d", r.TimeoutMs)
	}
	r.timeout = time.Duration(r.TimeoutMs) * time.Millisecond
	query, err := queryFor(strings.TrimSuffix(r.Name, "."), r.Type)
	if err != nil {
		return nil, err
	}
	if r.Pad > 0 {
		query = padded(query, r.Pad)
	}
	if r.Server == "" {
		return r, nil
	}
	address, err := netip.ParseAddr(r.Server)
	if err != nil {
		return nil, err
	}
	r.to, r.query = netip.AddrPortFrom(address.Unmap(), r.Port), query
	return r, nil
}
