// Command coredns is CoreDNS with the plugins that the cluster of test/install asks for, and no others: all of its
// plugins would pull in the libraries of every cloud.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/hosts"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/ready"
)

func main() {
	// The order in which they look at a question, as CoreDNS' own plugin.cfg has it.
	dnsserver.Directives = []string{"health", "ready", "errors", "cache", "hosts", "kubernetes"}
	coremain.Run()
}
