package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

type imageCommand struct {
	File       string            `arg:"" help:"The tarball to write, such as function.tar." type:"path"`
	Layer      []string          `help:"A directory whose content becomes a layer; the first is the lowest." placeholder:"DIRECTORY" type:"existingdir" required:""`
	Platform   string            `help:"What it runs on, such as linux/arm64." required:""`
	User       string            `help:"Who runs it, as numbers." default:"65532:65532"`
	Entrypoint []string          `help:"A word of the command line that starts it." sep:"none" required:""`
	WorkingDir string            `help:"Where it is started." default:"/"`
	Port       []string          `help:"A port that it listens on, such as 9443/tcp."`
	Env        []string          `help:"A variable, as NAME=value." sep:"none"`
	Label      map[string]string `help:"What is said about it, as key=value." mapsep:"none"`
}

// Run writes the same file for the same directories: a layer differs only by names, contents, links, and what may be
// executed; a sticky directory is one for everybody. Whose files they were, when they were made and the umask of whoever made them are left out.
func (c *imageCommand) Run(context.Context) error {
	platform, err := v1.ParsePlatform(c.Platform)
	if err != nil {
		return fmt.Errorf("cannot make an image for %q: %w", c.Platform, err)
	}
	temporary, err := os.MkdirTemp("", "xpkg-image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)

	image := v1.Image(empty.Image)
	for number, directory := range c.Layer {
		layer, err := layerOf(directory, filepath.Join(temporary, fmt.Sprint(number)))
		if err != nil {
			return fmt.Errorf("cannot make a layer of %s: %w", directory, err)
		}
		if image, err = mutate.AppendLayers(image, layer); err != nil {
			return fmt.Errorf("cannot add the layer %s: %w", directory, err)
		}
	}
	configuration, err := c.configuration(image, platform)
	if err != nil {
		return fmt.Errorf("cannot configure %s: %w", c.File, err)
	}
	if image, err = mutate.ConfigFile(image, configuration); err != nil {
		return fmt.Errorf("cannot configure %s: %w", c.File, err)
	}

	return writeAndTell(image, c.File)
}

func (c *imageCommand) configuration(image v1.Image, platform *v1.Platform) (*v1.ConfigFile, error) {
	configuration, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	configuration = configuration.DeepCopy()
	configuration.OS, configuration.Architecture = platform.OS, platform.Architecture
	configuration.Created = v1.Time{Time: time.Unix(0, 0).UTC()}
	ports := map[string]struct{}{}
	for _, port := range c.Port {
		ports[port] = struct{}{}
	}
	configuration.Config = v1.Config{
		User: c.User, Entrypoint: c.Entrypoint, WorkingDir: c.WorkingDir, Env: c.Env, Labels: c.Label, ExposedPorts: ports,
	}

	return configuration, nil
}

// layerOf writes a compressed tar of a directory to a file, which must stay there as long as the layer is used.
func layerOf(directory, file string) (v1.Layer, error) {
	output, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	compressed := gzip.NewWriter(output)
	archive := tar.NewWriter(compressed)
	written := filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == directory {
			return err
		}

		return addFile(archive, directory, path, entry)
	})
	if err := errors.Join(written, archive.Close(), compressed.Close(), output.Close()); err != nil {
		return nil, err
	}

	return tarball.LayerFromFile(file)
}

// WalkDir goes by name, so the order is always the same.
func addFile(archive *tar.Writer, directory, path string, entry fs.DirEntry) error {
	information, err := entry.Info()
	if err != nil {
		return err
	}
	inside, err := filepath.Rel(directory, path)
	if err != nil {
		return err
	}
	header := &tar.Header{Name: filepath.ToSlash(inside), ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR}
	switch {
	case entry.IsDir():
		header.Typeflag, header.Mode, header.Name = tar.TypeDir, 0o755, header.Name+"/"
		if information.Mode()&fs.ModeSticky != 0 {
			header.Mode = 0o1777
		}

		return archive.WriteHeader(header)
	case information.Mode()&fs.ModeSymlink != 0:
		header.Typeflag, header.Mode = tar.TypeSymlink, 0o777
		if header.Linkname, err = os.Readlink(path); err != nil {
			return err
		}

		return archive.WriteHeader(header)
	case !information.Mode().IsRegular():
		return fmt.Errorf("%s is neither a file, a directory nor a link", inside)
	}
	header.Typeflag, header.Mode, header.Size = tar.TypeReg, 0o644, information.Size()
	if information.Mode()&0o100 != 0 {
		header.Mode = 0o755
	}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	content, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(archive, content)

	return errors.Join(err, content.Close())
}
