package main

import (
	"cmp"
	"encoding/hex"
	"slices"
	"time"
)

// Figures are those of some questions. Times are whole microseconds of what was answered, by nearest rank; 0 where
// nothing was.
type Figures struct {
	Sent int   `json:"sent"`
	Lost int   `json:"lost"`
	P50  int64 `json:"p50"`
	P99  int64 `json:"p99"`
	Max  int64 `json:"max"`
}

func figuresOf(sent int, took []time.Duration) Figures {
	slices.Sort(took)
	rank := func(percent int) int64 {
		if len(took) == 0 {
			return 0
		}
		return took[max(0, (len(took)*percent+99)/100-1)].Microseconds()
	}
	return Figures{sent, sent - len(took), rank(50), rank(99), rank(100)}
}

// Counted is one of several texts, and how often it came.
type Counted struct {
	What  string `json:"what"`
	Count int    `json:"count"`
}

// mostDistinct keeps what is printed small, whatever a server does.
const mostDistinct = 32

type tally map[string]int

func (t tally) add(what string) {
	if _, known := t[what]; !known && len(t) >= mostDistinct {
		what = "others"
	}
	t[what]++
}

// counted has the most frequent first.
func (t tally) counted() []Counted {
	all := make([]Counted, 0, len(t))
	for what, count := range t {
		all = append(all, Counted{what, count})
	}
	slices.SortFunc(all, func(a, b Counted) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.What, b.What))
	})
	return all
}

// Result is what came of one request.
type Result struct {
	// ID is the place of the request among all, from 0.
	ID int `json:"id"`
	Figures
	// Answers are whole messages in hexadecimal, with the id 0, so that equal ones are equal.
	Answers []Counted `json:"answers"`
	// Errors are what the system said of questions that were lost.
	Errors []Counted `json:"errors,omitempty"`
	// Strangers are addresses that answered and had not been asked.
	Strangers []Counted `json:"strangers,omitempty"`
	// Ignored are messages that answered no question.
	Ignored int `json:"ignored,omitempty"`
	// Unsent are questions that this program could not ask; they are not among those sent.
	Unsent int `json:"unsent,omitempty"`
	// Name is the absolute name that was asked last, where the search list was gone through.
	Name string `json:"name,omitempty"`
}

func resultOf(id int, all []Answer) Result {
	texts, errors, strangers := tally{}, tally{}, tally{}
	took := make([]time.Duration, 0, len(all))
	result := Result{ID: id}
	for _, one := range all {
		if one.Message != nil {
			took = append(took, one.Took)
			texts.add(textOf(one.Message))
		}
		if one.Error != "" {
			errors.add(one.Error)
		}
		if one.Unsent {
			result.Unsent++
		}
		for _, from := range one.Strangers {
			strangers.add(from.Addr().String())
		}
		result.Ignored += one.Ignored
	}
	result.Figures = figuresOf(len(all)-result.Unsent, took)
	result.Answers, result.Errors, result.Strangers = texts.counted(), errors.counted(), strangers.counted()
	return result
}

func textOf(message []byte) string {
	return "0000" + hex.EncodeToString(message[2:])
}

// Each is the line of one question.
type Each struct {
	ID int `json:"id"`
	// N is which of the request's questions it is, from 0.
	N int `json:"n"`
	// Us is 0 where no answer came.
	Us        int64  `json:"us"`
	Answered  bool   `json:"answered"`
	Rcode     int    `json:"rcode"`
	AA        bool   `json:"aa"`
	TC        bool   `json:"tc"`
	From      string `json:"from,omitempty"`
	Answer    string `json:"answer,omitempty"`
	Error     string `json:"error,omitempty"`
	Strangers int    `json:"strangers,omitempty"`
	Ignored   int    `json:"ignored,omitempty"`
}

func eachOf(id, n int, r *Request, a Answer) Each {
	each := Each{ID: id, N: n, Error: a.Error, Strangers: len(a.Strangers), Ignored: a.Ignored}
	if a.Message == nil {
		return each
	}
	each.Answered, each.Us, each.Answer = true, a.Took.Microseconds(), textOf(a.Message)
	each.Rcode, each.AA, each.TC = rcode(a.Message), isAuthoritative(a.Message), isTruncated(a.Message)
	each.From = r.to.Addr().String()
	return each
}
