// Says of Squadkit's objects what GitOps engines say of them: a line of JSON with checks first, a line with an object each
// after it in, a line with what each engine makes of it out.
//
//   - kstatus: sigs.k8s.io/cli-utils, which knows nothing of Squadkit, as kpt reads an object
//   - fluxKstatus: github.com/fluxcd/cli-utils, as `flux wait` and a Kustomization without healthCheckExprs read it
//   - flux: github.com/fluxcd/pkg/runtime/cel, as kustomize-controller reads it with healthCheckExprs
//   - argo: gopher-lua in the way Argo CD runs a health script (v3.6.1, util/lua/lua.go: runLuaWithResourceActionParameters)
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	fluxstatus "github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

// checks are those of package/install/gitops.
type checks struct {
	Flux []kustomize.CustomHealthCheck `json:"flux"`
	Argo map[string]string             `json:"argo"`
}

type said struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

type answer struct {
	Kstatus     said `json:"kstatus"`
	FluxKstatus said `json:"fluxKstatus"`
	Flux        said `json:"flux"`
	Argo        said `json:"argo"`
}

func fault(err error) said { return said{"Fault", err.Error()} }

func byKstatus(object *unstructured.Unstructured) said {
	result, err := status.Compute(object)
	if err != nil {
		return fault(err)
	}
	return said{string(result.Status), result.Message}
}

func byFluxKstatus(object *unstructured.Unstructured) said {
	result, err := fluxstatus.Compute(object)
	if err != nil {
		return fault(err)
	}
	return said{string(result.Status), result.Message}
}

// byFlux is what its status reader does with an object: nothing but ask the evaluator of its kind (cel/status_reader.go).
func byFlux(given checks, object *unstructured.Unstructured) said {
	for _, check := range given.Flux {
		if check.APIVersion != object.GetAPIVersion() || check.Kind != object.GetKind() {
			continue
		}
		evaluator, err := cel.NewStatusEvaluator(&check.HealthCheckExpressions)
		if err != nil {
			return fault(err)
		}
		result, err := evaluator.Evaluate(context.Background(), object)
		if err != nil {
			return fault(err)
		}
		return said{string(result.Status), result.Message}
	}
	return fault(fmt.Errorf("no healthCheckExprs for %s", object.GetKind()))
}

func decode(state *lua.LState, value any) lua.LValue {
	switch converted := value.(type) {
	case bool:
		return lua.LBool(converted)
	case float64:
		return lua.LNumber(converted)
	case int64:
		return lua.LNumber(converted)
	case string:
		return lua.LString(converted)
	case []any:
		table := state.CreateTable(len(converted), 0)
		for _, item := range converted {
			table.Append(decode(state, item))
		}
		return table
	case map[string]any:
		table := state.CreateTable(0, len(converted))
		for key, item := range converted {
			table.RawSetH(lua.LString(key), decode(state, item))
		}
		return table
	}
	return lua.LNil
}

// byArgo opens the libraries that Argo CD opens, and gives a script the second that Argo CD gives it.
func byArgo(given checks, object *unstructured.Unstructured) said {
	script, ok := given.Argo["resource.customizations.health.squadkit.io_"+object.GetKind()]
	if !ok {
		return fault(fmt.Errorf("no health script for %s", object.GetKind()))
	}
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for _, library := range []struct {
		name string
		open lua.LGFunction
	}{
		{lua.LoadLibName, lua.OpenPackage},
		{lua.BaseLibName, lua.OpenBase},
		{lua.TabLibName, lua.OpenTable},
		{lua.StringLibName, lua.OpenString},
	} {
		called := lua.P{Fn: state.NewFunction(library.open), NRet: 0, Protect: true}
		if err := state.CallByParam(called, lua.LString(library.name)); err != nil {
			return fault(err)
		}
	}
	limited, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	state.SetContext(limited)
	state.SetGlobal("obj", decode(state, object.Object))
	if err := state.DoString(script); err != nil {
		return fault(err)
	}
	result, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return fault(fmt.Errorf("the script gives no table"))
	}
	return said{result.RawGetString("status").String(), lua.LVAsString(result.RawGetString("message"))}
}

func run() error {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(make([]byte, 1<<20), 1<<26)
	output := json.NewEncoder(os.Stdout)
	var given checks
	if !input.Scan() {
		return fmt.Errorf("no checks on standard input: %v", input.Err())
	}
	if err := json.Unmarshal(input.Bytes(), &given); err != nil {
		return err
	}
	for input.Scan() {
		if len(bytes.TrimSpace(input.Bytes())) == 0 {
			continue
		}
		// As an API server's answer is read: whole numbers are int64.
		object := &unstructured.Unstructured{}
		if err := object.UnmarshalJSON(input.Bytes()); err != nil {
			return err
		}
		said := answer{byKstatus(object), byFluxKstatus(object), byFlux(given, object), byArgo(given, object)}
		if err := output.Encode(said); err != nil {
			return err
		}
	}
	return input.Err()
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
