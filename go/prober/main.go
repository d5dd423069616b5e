// Command prober asks DNS servers and measures them: how many questions were lost, how long answers took, who
// answered. It is one static program without a configuration, made to be started in a small pod.
//
//	prober ask REQUEST...           asks all at once, and prints a line of JSON a request
//	prober steady RATE REQUEST...   asks RATE questions a second, the requests in turn, until its standard input
//	                                ends, a signal or no sign of life comes, and prints a line of JSON a second
//	prober conf                     prints the pod's resolv.conf
//	sleep                           does nothing until a signal comes: what a pod runs to be there
//
// A request is an object of JSON, see request.go. Without one among the arguments, they are read from standard
// input, a line each, up to an empty line or its end.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

func main() {
	if filepath.Base(os.Args[0]) == "sleep" {
		sleep()
		return
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "prober:", err)
		os.Exit(2)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("ask, steady or conf?")
	}
	out := json.NewEncoder(os.Stdout)
	in := bufio.NewReader(os.Stdin)
	switch mode, rest := args[0], args[1:]; mode {
	case "ask":
		requests, err := requestsIn(rest, in)
		if err != nil {
			return err
		}
		return askAll(requests, out)
	case "steady":
		if len(rest) == 0 {
			return fmt.Errorf("how many questions a second?")
		}
		rate, err := strconv.Atoi(rest[0])
		if err != nil || rate < 1 || rate > 10_000 {
			return fmt.Errorf("%q is no number of questions a second from 1 to 10000", rest[0])
		}
		requests, err := requestsIn(rest[1:], in)
		if err != nil {
			return err
		}
		return steady(requests, rate, stopOf(in), out)
	case "conf":
		text, err := os.ReadFile(resolvConf)
		if err == nil {
			_, err = os.Stdout.Write(text)
		}
		return err
	default:
		return fmt.Errorf("ask, steady or conf, not %q", mode)
	}
}

// stopOf is closed when standard input ends, a signal comes, or a sign of life does not. A sign of life is a line with
// the seconds within which there will be another: a kubelet or an API server can keep standard input open though the
// program at its other end has gone. Whoever sends none is waited for without end.
func stopOf(in io.Reader) <-chan struct{} {
	stop := make(chan struct{})
	ended := make(chan os.Signal, 2)
	signal.Notify(ended, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	hangUp := func() {
		select {
		case ended <- syscall.SIGHUP:
		default:
		}
	}
	go func() {
		var silence *time.Timer
		for lines := bufio.NewScanner(in); lines.Scan(); {
			if silence != nil {
				silence.Stop()
			}
			if seconds, err := strconv.Atoi(lines.Text()); err == nil && seconds > 0 {
				silence = time.AfterFunc(time.Duration(seconds)*time.Second, hangUp)
			}
		}
		hangUp()
	}()
	go func() {
		<-ended
		close(stop)
	}()
	return stop
}

// sleep is process 1 of a container: it takes notice of SIGTERM, and reaps what was left to it.
func sleep() {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	for received := range signals {
		if received != syscall.SIGCHLD {
			return
		}
		for {
			pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
			if pid <= 0 || (err != nil && err != syscall.EINTR) {
				break
			}
		}
	}
}
