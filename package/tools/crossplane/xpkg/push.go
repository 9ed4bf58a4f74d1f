package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

type pushCommand struct {
	Reference string   `arg:"" help:"Where it belongs, such as ghcr.io/squadkit/squadkit:v0.1.0."`
	Files     []string `arg:"" help:"The package or image; several are one for several platforms." type:"existingfile"`
}

// Run signs in as docker does, by ~/.docker/config.json, where the registry asks for it.
func (c *pushCommand) Run(ctx context.Context) error {
	tag, err := name.NewTag(c.Reference, name.StrictValidation)
	if err != nil {
		return fmt.Errorf("cannot push to %q: %w", c.Reference, err)
	}
	images := make([]v1.Image, 0, len(c.Files))
	for _, file := range c.Files {
		image, err := read(file)
		if err != nil {
			return err
		}
		images = append(images, image)
	}
	options := []remote.Option{remote.WithAuthFromKeychain(authn.DefaultKeychain), remote.WithContext(ctx)}
	digest, err := push(tag, images, options)
	if err != nil {
		return fmt.Errorf("cannot push to %s: %w", tag, err)
	}
	fmt.Println(tag.Digest(digest.String()))

	return nil
}

func read(file string) (v1.Image, error) {
	image, err := tarball.ImageFromPath(file, nil)
	if err != nil {
		return nil, fmt.Errorf("cannot read the package %s: %w", file, err)
	}
	// Crossplane finds the layer to install by an annotation, which a tarball cannot carry: until here it is a label.
	image, err = xpkg.AnnotateLayers(image)
	if err != nil {
		return nil, fmt.Errorf("cannot annotate the layers of %s: %w", file, err)
	}

	return image, nil
}

func push(tag name.Tag, images []v1.Image, options []remote.Option) (v1.Hash, error) {
	if len(images) == 1 {
		digest, err := images[0].Digest()

		return digest, errors.Join(err, remote.Write(tag, images[0], options...))
	}
	index := v1.ImageIndex(empty.Index)
	for _, image := range images {
		configuration, err := image.ConfigFile()
		if err != nil {
			return v1.Hash{}, err
		}
		platform := configuration.Platform()
		if platform == nil || platform.Architecture == "" {
			return v1.Hash{}, errors.New("of several files each must say which platform it is for")
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: image, Descriptor: v1.Descriptor{Platform: platform},
		})
	}
	digest, err := index.Digest()

	return digest, errors.Join(err, remote.WriteIndex(tag, index, options...))
}
