// Reads files as Kubernetes' own tools do, for a comparison with Squadkit's reader: a line of JSON with a file in, a line
// with what two tools make of it out.
//
//   - kubectl: k8s.io/cli-runtime/pkg/resource, as `kubectl apply --dry-run=client -f` reads a file
//   - kustomize: sigs.k8s.io/kustomize/api, as Flux and Argo CD build a folder with the file in `resources`, and what kubectl
//     reads of the outcome
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/cli-runtime/pkg/resource"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

type question struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

type reading struct {
	Objects []map[string]interface{} `json:"objects"`
	Error   string                   `json:"error,omitempty"`
}

type answer struct {
	Kubectl   reading `json:"kubectl"`
	Kustomize reading `json:"kustomize"`
}

// byKubectl stops where kubectl stops: at the first document that cannot be read.
func byKubectl(text []byte) (result reading) {
	result.Objects = []map[string]interface{}{}
	defer func() {
		if fault := recover(); fault != nil {
			result.Error = fmt.Sprint("panic: ", fault)
		}
	}()
	infos, err := resource.NewLocalBuilder().Unstructured().Stream(bytes.NewReader(text), "file").Flatten().Do().Infos()
	if err != nil {
		result.Error = err.Error()
		return result
	}
	for _, info := range infos {
		object, ok := info.Object.(*unstructured.Unstructured)
		if !ok {
			result.Error = fmt.Sprintf("a list stayed a list: %T", info.Object)
			return result
		}
		result.Objects = append(result.Objects, object.Object)
	}
	return result
}

func byKustomize(name string, text []byte) (result reading) {
	result.Objects = []map[string]interface{}{}
	defer func() {
		if fault := recover(); fault != nil {
			result.Error = fmt.Sprint("panic: ", fault)
		}
	}()
	folder := filesys.MakeFsInMemory()
	listed, _ := json.Marshal(map[string]interface{}{"resources": []string{name}})
	for path, content := range map[string][]byte{"/kustomization.yaml": listed, "/" + name: text} {
		if err := folder.WriteFile(path, content); err != nil {
			result.Error = err.Error()
			return result
		}
	}
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(folder, "/")
	if err != nil {
		result.Error = err.Error()
		return result
	}
	built, err := resources.AsYaml()
	if err != nil {
		result.Error = err.Error()
		return result
	}
	if len(bytes.TrimSpace(built)) == 0 {
		return result
	}
	return byKubectl(built)
}

func main() {
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	for {
		line, err := input.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var asked question
			if err := json.Unmarshal(line, &asked); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			said, err := json.Marshal(answer{byKubectl([]byte(asked.Text)), byKustomize(asked.Name, []byte(asked.Text))})
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			output.Write(append(said, '\n'))
		}
		if err == io.EOF {
			return
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
