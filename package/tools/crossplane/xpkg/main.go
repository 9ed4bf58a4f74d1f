// Command xpkg builds container images and Crossplane packages, pushes them to a registry, and is a registry for one
// machine.
//
// It does what `crane append` and `crane mutate`, `crossplane xpkg build`, `crossplane xpkg push` and `crane registry
// serve` do, by the libraries that they are made of. It lies in the module that builds Crossplane: all but its own lines and the registry are compiled
// for Crossplane anyway, while the Crossplane CLI pins other versions and takes as long as Crossplane itself.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg"
	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg/parser"
	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg/parser/examples"
	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg/parser/yaml"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/spf13/afero"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	var commands struct {
		Image imageCommand `cmd:"" help:"Build an image from directories, without Docker, and print its digest."`
		Build buildCommand `cmd:"" help:"Build a package from the YAML files of a directory, and print its digest."`
		Push  pushCommand  `cmd:"" help:"Push a package or an image to a registry, and print where it can be pulled."`
		Serve serveCommand `cmd:"" help:"Be a registry that keeps blobs on disk and tags in memory, until SIGINT or SIGTERM."`
	}
	command := kong.Parse(
		&commands,
		kong.Name("xpkg"),
		kong.Description("Builds images and Crossplane packages, pushes them, and serves them on this machine."),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	command.FatalIfErrorf(command.Run())
}

type buildCommand struct {
	Directory    string `arg:"" help:"Where crossplane.yaml is; all YAML files below it become part of the package." type:"existingdir"`
	File         string `arg:"" help:"The package to write, such as squadkit.xpkg." type:"path"`
	RuntimeImage string `help:"A tarball of an image that the package runs, as go-containerregistry and docker save write it." placeholder:"FILE" type:"existingfile"`
}

// Run writes the same file for the same YAML: files are taken in the order of their names, and nothing tells the time.
func (c *buildCommand) Run(ctx context.Context) error {
	var options []xpkg.BuildOpt
	if c.RuntimeImage != "" {
		image, err := tarball.ImageFromPath(c.RuntimeImage, nil)
		if err != nil {
			return fmt.Errorf("cannot read the runtime image %s: %w", c.RuntimeImage, err)
		}
		options = append(options, xpkg.WithBase(image))
	}

	image, err := build(ctx, c.Directory, options...)
	if err != nil {
		return fmt.Errorf("cannot build a package of %s: %w", c.Directory, err)
	}

	return writeAndTell(image, c.File)
}

// writeAndTell writes an image to a file, and its digest to standard output.
func writeAndTell(image v1.Image, file string) error {
	if err := write(image, file); err != nil {
		return fmt.Errorf("cannot write %s: %w", file, err)
	}
	digest, err := image.Digest()
	if err != nil {
		return fmt.Errorf("cannot tell the digest of %s: %w", file, err)
	}
	fmt.Println(digest)

	return nil
}

func build(ctx context.Context, directory string, options ...xpkg.BuildOpt) (v1.Image, error) {
	packages, err := yaml.New()
	if err != nil {
		return nil, err
	}
	source := parser.NewFsBackend(
		afero.NewOsFs(),
		parser.FsDir(directory),
		parser.FsFilters(parser.SkipDirs(), parser.SkipNotYAML(), parser.SkipEmpty()),
	)
	image, _, err := xpkg.New(source, noExamples{}, packages, examples.New()).Build(ctx, options...)

	return image, err
}

// noExamples is an examples directory that is not there: the package gets no layer for them.
type noExamples struct{}

func (noExamples) Init(context.Context, ...parser.BackendOption) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader("")), os.ErrNotExist
}

func write(image v1.Image, path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}

	return errors.Join(tarball.Write(nil, image, file), file.Close())
}

type serveCommand struct {
	Address string `arg:"" help:"Where to listen, such as 127.0.0.1:5000."`
	Disk    string `arg:"" help:"The directory for the blobs." type:"existingdir"`
}

// Run asks nobody who they are: it is for addresses that only this machine reaches.
func (c *serveCommand) Run(ctx context.Context) error {
	listener, err := net.Listen("tcp", c.Address)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", c.Address, err)
	}
	server := &http.Server{
		Handler:           registry.New(registry.WithBlobHandler(registry.NewDiskBlobHandler(c.Disk))),
		ReadHeaderTimeout: 5 * time.Second,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	select {
	case err := <-served:
		return fmt.Errorf("cannot serve on %s: %w", c.Address, err)
	case <-ctx.Done():
		return server.Close()
	}
}
