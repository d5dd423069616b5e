package main

import (
	"encoding/json"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// atOnce is how many questions wait for an answer at a time, over all requests: enough to be done soon, and so few
	// that answers wait for the way and hardly for each other.
	atOnce = 6
	// young is how long a question counts among those: a healthy answer takes less.
	young = 5 * time.Millisecond
	// stalled is how many unanswered questions make a server one that is not waited for any more.
	stalled = 4
	// pace is the pause between two questions to such a server.
	pace = time.Millisecond
)

// askAll asks everything at once, and is done no later than the longest of the timeouts and what pacing takes.
func askAll(requests []*Request, out *json.Encoder) error {
	text, err := os.ReadFile(resolvConf)
	if err != nil {
		text = nil
	}
	if err := out.Encode(map[string]string{"resolvConf": string(text)}); err != nil {
		return err
	}
	conf := confIn(string(text))
	turns := make(chan struct{}, atOnce)
	var mutex sync.Mutex
	var all sync.WaitGroup
	var failed error
	for id, request := range requests {
		spawn(&all, func() {
			before := request
			if request.After != nil {
				before = requests[*request.After]
				<-before.done
			}
			lines := request.answered(id, conf, turns, before == request || before.alive)
			close(request.done)
			mutex.Lock()
			defer mutex.Unlock()
			for _, line := range lines {
				if err := out.Encode(line); err != nil {
					failed = err
				}
			}
		})
	}
	all.Wait()
	return failed
}

// answered has one line for each question where they are wanted, and one for all.
func (r *Request) answered(id int, conf conf, turns chan struct{}, may bool) []any {
	if !may {
		return []any{resultOf(id, make([]Answer, r.Count))}
	}
	if r.Server == "" {
		name, answer := conf.lookUp(r)
		r.alive = answer.Message != nil
		result := resultOf(id, []Answer{answer})
		result.Name = name
		return []any{result}
	}
	found := make([]Answer, r.Count)
	var waiting atomic.Int32
	var all sync.WaitGroup
	for n := range found {
		release := func() {}
		if waiting.Load() >= stalled {
			time.Sleep(pace)
		} else {
			turns <- struct{}{}
			release = sync.OnceFunc(func() { <-turns })
		}
		waiting.Add(1)
		spawn(&all, func() {
			grown := time.AfterFunc(young, release)
			found[n] = ask(r.to, r.Protocol, r.query, r.timeout)
			if r.Pad > 0 && found[n].Message != nil {
				found[n].Message = found[n].Message[:headerLength]
			}
			waiting.Add(-1)
			grown.Stop()
			release()
		})
	}
	all.Wait()
	lines := []any{}
	if r.Each {
		for n, answer := range found {
			lines = append(lines, eachOf(id, n, r, answer))
		}
	}
	result := resultOf(id, found)
	r.alive = result.Lost < result.Sent
	return append(lines, result)
}

func spawn(all *sync.WaitGroup, work func()) {
	all.Add(1)
	go func() {
		defer all.Done()
		work()
	}()
}
