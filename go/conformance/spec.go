package main

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	imageutils "k8s.io/kubernetes/test/utils/image"
)

// aboutDNS fits the names of all specs of SIG Network that are about DNS, in whichever file they are.
var aboutDNS = regexp.MustCompile(`^\[sig-network\].*DNS`)

// inVain fits what the specs say each time that they have looked for answers (assertFilesContain in dns_common.go).
var inVain = regexp.MustCompile(`Lookups using \S+ failed for: .*`)

// spec is what is told of one.
type spec struct {
	// Spec is its whole name, as --leave-out takes it.
	Spec string `json:"spec"`
	// Conformance is whether a cluster has to pass it to be called Kubernetes.
	Conformance bool `json:"conformance"`
	// State is passed, failed, skipped, panicked, timedout, interrupted or aborted; listed where it was only listed.
	State string `json:"state"`
	// Seconds that it took.
	Seconds float64 `json:"seconds"`
	// Said is why it failed, or skipped itself, and which names were asked for in vain until then.
	Said string `json:"said,omitempty"`
}

// specsOfDNS returns the specs of DNS among all that are compiled in.
func specsOfDNS() []ginkgo.SpecReport {
	var found []ginkgo.SpecReport
	for _, report := range ginkgo.PreviewSpecs(suiteName).SpecReports {
		if report.LeafNodeType == types.NodeTypeIt && aboutDNS.MatchString(report.FullText()) {
			found = append(found, report)
		}
	}
	return found
}

// without returns the names of all but these. It is an error to leave out what is not there.
func without(leftOut []string) ([]string, error) {
	var wanted []string
	for _, report := range specsOfDNS() {
		if name := report.FullText(); !slices.Contains(leftOut, name) {
			wanted = append(wanted, name)
		} else {
			leftOut = slices.DeleteFunc(slices.Clone(leftOut), func(one string) bool { return one == name })
		}
	}
	if len(leftOut) > 0 {
		return nil, fmt.Errorf("there is no spec %q", leftOut[0])
	}
	return wanted, nil
}

// tell writes a line on a spec.
func tell(out io.Writer, report ginkgo.SpecReport, state string) {
	said := report.Failure.Message
	if report.Failure.ForwardedPanic != "" {
		said += ": " + report.Failure.ForwardedPanic
	}
	if names := inVain.FindAllString(report.CapturedGinkgoWriterOutput, -1); report.Failed() && len(names) > 0 {
		said += ": " + names[len(names)-1]
	}
	_ = json.NewEncoder(out).Encode(spec{
		Spec:        report.FullText(),
		Conformance: slices.Contains(report.Labels(), "Conformance"),
		State:       state,
		Seconds:     report.RunTime.Seconds(),
		Said:        said,
	})
}

// tellImages writes which images the specs' pods run: the one with Kubernetes' own test server, whose C library is musl
// upstream, and the one that looks names up with glibc.
func tellImages(out io.Writer) {
	_ = json.NewEncoder(out).Encode(map[string]string{
		"agnhost": imageutils.GetE2EImage(imageutils.Agnhost),
		"glibc":   imageutils.GetE2EImage(imageutils.GlibcDnsTesting),
	})
}
