// The two parts of Argo CD that deliver, each by its name in ARGOCD_BINARY_NAME, as in Argo CD's own main (v3.6.1,
// cmd/main.go), which has the web server, the notifications and the command line besides.
package main

import (
	"fmt"
	"os"

	controller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	"github.com/spf13/cobra"
)

func main() {
	commands := map[string]func() *cobra.Command{
		"argocd-application-controller": controller.NewCommand,
		"argocd-repo-server":            reposerver.NewCommand,
	}
	command, known := commands[os.Getenv("ARGOCD_BINARY_NAME")]
	if !known {
		fmt.Fprintln(os.Stderr, "ARGOCD_BINARY_NAME is neither argocd-application-controller nor argocd-repo-server")
		os.Exit(2)
	}
	if err := command().Execute(); err != nil {
		os.Exit(1)
	}
}
