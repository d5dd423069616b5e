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
	// Open are questions that had no answer yet when it was told to stop: neither answered nor lost, and not among
	// those sent.
	Open int `json:"open,omitempty"`
	// Unsent are questions that this program could not ask; they are not among those sent.
	Unsent int `json:"unsent,omitempty"`
	// Errors are what the system said of questions that were lost.
	Errors []Counted `json:"errors,omitempty"`
	// Strangers are addresses that answered and had not been asked; what only they answered is lost.
	Strangers []Counted `json:"strangers,omitempty"`
}

// grace is how long open questions are waited for once it was told to stop: a healthy answer takes less.
const grace = 400 * time.Millisecond

// asked gathers the questions of one second.
type asked struct {
	at      int64
	count   int
	mutex   sync.Mutex
	answers []Answer
	all     sync.WaitGroup
}

// wait ends when all questions have their answers, or are lost, or nobody waits for them any more.
func (s *asked) wait(given <-chan struct{}) {
	done := make(chan struct{})
	go func() {
		s.all.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-given:
	}
}

func (s *asked) second() Second {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	wrong := 0
	for _, one := range s.answers {
		if one.Message != nil && (rcode(one.Message) != 0 || answerCount(one.Message) == 0) {
			wrong++
		}
	}
	result := resultOf(0, s.answers)
	return Second{s.at, result.Figures, wrong, s.count - len(s.answers), result.Unsent, result.Errors, result.Strangers}
}

// steady asks at that rate whatever becomes of the questions, so that a server that is slow is not asked less. A
// second is told when all its questions have their answers, or are lost; those of the last ones shortly after the stop.
func steady(requests []*Request, rate int, stop <-chan struct{}, out *json.Encoder) error {
	for i, request := range requests {
		if request.Server == "" {
			return fmt.Errorf("request %d: steady questions need a server", i)
		}
	}
	told := make(chan error, 1)
	given := make(chan struct{})
	seconds := make(chan *asked, 120)
	go func() {
		var failed error
		for second := range seconds {
			second.wait(given)
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
			time.AfterFunc(grace, func() { close(given) })
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
		second.count++
		spawn(&second.all, func() {
			answer := ask(request.to, request.Protocol, request.query, request.timeout)
			second.mutex.Lock()
			defer second.mutex.Unlock()
			second.answers = append(second.answers, answer)
		})
	}
}
