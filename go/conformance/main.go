// Command conformance runs the specs that Kubernetes itself has for DNS, of its package test/e2e/network, on any
// cluster. It is what upstream's e2e.test is, without the specs of everything else.
//
//	conformance --list                                   prints the DNS specs
//	conformance --images                                 prints the names of the images that their pods run
//	conformance --kubeconfig FILE [--leave-out SPEC]...  runs them, but for those of these names
//
// A spec is a line of JSON on standard output, see spec.go, and so are the images; all else that is said goes to
// standard error. It ends with 0 where every spec has passed, and with 1 otherwise.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"syscall"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/test/e2e/framework"
	"k8s.io/kubernetes/test/e2e/framework/config"
	utilnet "k8s.io/utils/net"

	// What of a namespace is dumped where a spec fails, and that every node is ready after each.
	_ "k8s.io/kubernetes/test/e2e/framework/debug/init"
	_ "k8s.io/kubernetes/test/e2e/framework/node/init"

	// The specs.
	_ "k8s.io/kubernetes/test/e2e/network"
)

const suiteName = "DNS"

// suiteTimeout is enough for three specs that wait for names in vain: ten minutes each (dns_common.go).
const suiteTimeout = 45 * time.Minute

func main() {
	list := flag.Bool("list", false, "print the DNS specs and run none")
	var leftOut []string
	flag.Func("leave-out", "the name of a spec not to be run; may be given often", func(name string) error {
		leftOut = append(leftOut, name)
		return nil
	})
	images := flag.Bool("images", false, "print the images of the DNS specs' pods and run none")
	config.CopyFlags(config.Flags, flag.CommandLine)
	framework.RegisterCommonFlags(flag.CommandLine)
	framework.RegisterClusterFlags(flag.CommandLine)
	flag.Parse()
	lines := takeOutput()
	if *images {
		tellImages(lines)
		return
	}
	if *list {
		for _, report := range specsOfDNS() {
			tell(lines, report, "listed")
		}
		return
	}
	wanted, err := without(leftOut)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(2)
	}
	framework.AfterReadingAllFlags(&framework.TestContext)
	gomega.RegisterFailHandler(framework.Fail)
	ginkgo.BeforeSuite(findFamily)
	ginkgo.ReportAfterEach(func(report ginkgo.SpecReport) {
		if slices.Contains(wanted, report.FullText()) {
			tell(lines, report, report.State.String())
		}
	})
	suite, reporter := framework.CreateGinkgoConfig()
	for _, name := range wanted {
		// Ginkgo puts the suite's name before a spec's.
		suite.FocusStrings = append(suite.FocusStrings, "^"+regexp.QuoteMeta(suiteName+" "+name)+"$")
	}
	suite.Timeout = suiteTimeout
	reporter.NoColor, reporter.Succinct = true, true
	failed := &failure{}
	ginkgo.RunSpecs(failed, suiteName, suite, reporter)
	if failed.is {
		os.Exit(1)
	}
}

// takeOutput returns the standard output, and leads to standard error what Ginkgo prints to it: that has it from before
// main.
func takeOutput() *os.File {
	own, err := syscall.Dup(syscall.Stdout)
	if err == nil {
		err = syscall.Dup3(syscall.Stderr, syscall.Stdout, 0)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(2)
	}
	return os.NewFile(uintptr(own), "results")
}

// findFamily does what test/e2e/e2e.go does before each process: the specs ask for A or AAAA by it.
func findFamily(ctx context.Context) {
	client, err := framework.LoadClientset()
	framework.ExpectNoError(err, "loading a client")
	service, err := client.CoreV1().Services(metav1.NamespaceDefault).Get(ctx, "kubernetes", metav1.GetOptions{})
	framework.ExpectNoError(err, "reading the Service kubernetes")
	framework.TestContext.IPFamily = "ipv4"
	if utilnet.IsIPv6String(service.Spec.ClusterIP) {
		framework.TestContext.IPFamily = "ipv6"
	}
	fmt.Fprintln(os.Stderr, "the cluster's addresses are", framework.TestContext.IPFamily)
}

// failure is what Ginkgo takes for a *testing.T.
type failure struct{ is bool }

func (f *failure) Fail() { f.is = true }
