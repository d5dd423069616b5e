package main

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

// Second is what came of the questions that were sent within one second of the clock.
type Second struct {
	// At is when it began: seconds since 1970.
	At int64 `json:"at"`
	Figures
	// Wrong are answers that say that something failed, or have nothing in them.
	Wrong int `json:"wrong"`
	// Unsent are questions that this program could not ask; they are not among those sent.
	Unsent int `json:"unsent,omitempty"`
	// Errors are what the system said of questions that were lost.
	Errors []Counted `json:"errors,omitempty"`
}

// asked gathers the questions of one second.
type asked struct {
	at      int64
	mutex   sync.Mutex
	answers []Answer
	all     sync.WaitGroup
}

func (s *asked) second() Second {
	wrong := 0
	for _, one := range s.answers {
		if one.Message != nil && (rcode(one.Message) != 0 || answerCount(one.Message) == 0) {
			wrong++
		}
	}
	result := resultOf(0, s.answers)
	return Second{s.at, result.Figures, wrong, result.Unsent, result.Errors}
}

// steady asks at that rate whatever becomes of the questions, so that a server that is slow is not asked less. A
// second is told when all its questions have their answers, or are lost.
func steady(requests []*Request, rate int, stop <-chan struct{}, out *json.Encoder) error {
	for i, request := range requests {
		if request.Server == "" {
			return fmt.Errorf("request %d: steady questions need a server", i)
		}
	}
	told := make(chan error, 1)
	seconds := make(chan *asked, 120)
	go func() {
		var failed error
		for second := range seconds {
			second.all.Wait()
			if failed == nil {
				failed = out.Encode(second.second())
			}
		}
		told <- failed
	}()
	var now *asked
	pause := time.Second / time.Duration(rate)
	for next, n := time.Now(), 0; ; next, n = next.Add(pause), n+1 {
		if late := time.Until(next); late > 0 {
			select {
			case <-stop:
			case <-time.After(late):
			}
		} else if late < -time.Second {
			// It was stopped itself; what it could not ask then is not asked now.
			next = time.Now()
		}
		select {
		case <-stop:
			if now != nil {
				seconds <- now
			}
			close(seconds)
			return <-told
		default:
		}
		if at := time.Now().Unix(); now == nil || now.at != at {
			if now != nil {
				seconds <- now
			}
			now = &asked{at: at}
		}
		second, request := now, requests[n%len(requests)]
		spawn(&second.all, func() {
			answer := ask(request.to, request.Protocol, request.query, request.timeout)
			second.mutex.Lock()
			defer second.mutex.Unlock()
			second.answers = append(second.answers, answer)
		})
	}
}
