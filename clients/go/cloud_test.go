// Package clients drives the official Go SDKs against a started emulator.
package clients

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	account        = "1234567890123456"
	partnerAccount = "2000000000000001"
	region         = "cn-hangzhou"
)

// A key is an access key, or with a security token that of a session.
type key struct{ id, secret, token string }

// A cloud is a started `acslab serve`: where it listens and whose keys it printed.
type cloud struct {
	address string
	owner   key
	partner key
}

var (
	addressLine = regexp.MustCompile(`^acslab serves http://(\S+)`)
	exportLine  = regexp.MustCompile(`^export ALIBABA_CLOUD_ACCESS_KEY_(ID|SECRET)=(\S+)`)
)

// start starts the emulator at a free port with a fixed seed, for as long as the test lasts.
func start(t *testing.T) cloud {
	t.Helper()
	started, _ := startWith(t, 1)
	return started
}

// startWithPartner starts it with a second account.
func startWithPartner(t *testing.T) cloud {
	t.Helper()
	started, owners := startWith(t, 2, "--account", "partner="+partnerAccount)
	started.partner = owners[1]
	return started
}

// startWith starts it with so many accounts, and gives the keys of their owners.
func startWith(t *testing.T, accounts int, more ...string) (cloud, []key) {
	t.Helper()
	program := os.Getenv("ACSLAB")
	if program == "" {
		program = filepath.Join("..", "..", "target", "debug", "acslab")
	}
	arguments := []string{"serve", "--port", "0", "--seed", "1", "--account", "company=" + account}
	serve := exec.Command(program, append(arguments, more...)...)
	serve.Stderr = os.Stderr
	output, err := serve.StdoutPipe()
	must(t, err)
	must(t, serve.Start())
	t.Cleanup(func() {
		_ = serve.Process.Kill()
		_ = serve.Wait()
	})
	var started cloud
	var owners []key
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if found := addressLine.FindStringSubmatch(lines.Text()); found != nil {
			started.address = found[1]
		} else if found := exportLine.FindStringSubmatch(lines.Text()); found != nil && found[1] == "ID" {
			owners = append(owners, key{id: found[2]})
		} else if found != nil {
			owners[len(owners)-1].secret = found[2]
			if len(owners) == accounts {
				started.owner = owners[0]
				return started, owners
			}
		}
	}
	t.Fatal("`acslab serve` ended before it printed its keys")
	return started, owners
}

// advance moves the cloud's clock.
func (cloud cloud) advance(t *testing.T, seconds int) {
	t.Helper()
	body := strings.NewReader(fmt.Sprintf(`{"advance_seconds": %d}`, seconds))
	answer, err := http.Post("http://"+cloud.address+"/_acslab/clock", "application/json", body)
	must(t, err)
	defer answer.Body.Close()
	equal(t, answer.StatusCode, 200)
}

// policy is a document of one statement.
func policy(effect, action, resource string) string {
	return policies(statement(effect, action, resource))
}

// trust is a trust policy that trusts the account.
func trust() string {
	principal := map[string]any{"RAM": []string{"acs:ram::" + account + ":root"}}
	return policies(map[string]any{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal})
}

func statement(effect string, actions any, resource string) map[string]any {
	return map[string]any{"Effect": effect, "Action": actions, "Resource": resource}
}

// policies is a document of these statements.
func policies(statements ...map[string]any) string {
	text, err := json.Marshal(map[string]any{"Version": "1", "Statement": statements})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("got %v, want %v", got, want)
	}
}
