// A Redis in memory on the address of the first argument, until it is told to end: what Argo CD's own tests run on.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "one argument is needed: an address such as 127.0.0.1:6379")
		os.Exit(2)
	}
	server := miniredis.NewMiniRedis()
	if err := server.StartAddr(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, os.Interrupt, syscall.SIGTERM)
	// Its own clock stands still, and what Argo CD keeps for three minutes would be kept for ever.
	for {
		select {
		case <-ended:
			server.Close()
			return
		case <-time.After(time.Second):
			server.FastForward(time.Second)
		}
	}
}
