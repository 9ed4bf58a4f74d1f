// Says what NetworkPolicies let through, by the matcher of cyclonus, which others wrote: standard input has policies and
// traffic in JSON, standard output gets one line for each traffic, true or false.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	networkingv1 "k8s.io/api/networking/v1"
)

type question struct {
	Policies []*networkingv1.NetworkPolicy `json:"policies"`
	Traffic  []*matcher.Traffic            `json:"traffic"`
}

func main() {
	var asked question
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&asked); err != nil {
		fmt.Fprintln(os.Stderr, "cannot read policies and traffic:", err)
		os.Exit(1)
	}
	policies := matcher.BuildNetworkPolicies(true, asked.Policies)
	for _, traffic := range asked.Traffic {
		fmt.Println(policies.IsTrafficAllowed(traffic).IsAllowed())
	}
}
