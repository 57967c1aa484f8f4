// Package acslab gives each test a fresh account in a local Alibaba Cloud for authorization.
//
//	func TestAReaderCannotWrite(t *testing.T) {
//		account := acslab.New(t, acslab.Open("oss"))
//		reader := account.User("reader", "AliyunOSSReadOnlyAccess")
//		…
//	}
//
// All tests of a process share one cloud: the one that the variable ACSLAB_ENDPOINT names, or else one that is started for them and
// ends with them. The program is the one that the variable ACSLAB names, or the one on the PATH.
package acslab

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// Identity is somebody with a key: an account's owner, or a RAM user.
type Identity struct {
	AccountID       string            `json:"account_id"`
	Name            string            `json:"name"`
	ARN             string            `json:"arn"`
	AccessKeyID     string            `json:"access_key_id"`
	AccessKeySecret string            `json:"access_key_secret"`
	Region          string            `json:"region"`
	Endpoint        string            `json:"endpoint"`
	Environment     map[string]string `json:"environment"` // What SDKs, command lines and Terraform read.
}

// Host is the endpoint without its scheme, as some SDKs want it.
func (i *Identity) Host() string {
	_, host, _ := strings.Cut(i.Endpoint, "://")
	return host
}

// Setenv sets the variables that SDKs, command lines and Terraform read, for the time of a test.
func (i *Identity) Setenv(t testing.TB) {
	t.Helper()
	for name, value := range i.Environment {
		t.Setenv(name, value)
	}
}

// Account is a fresh account; as an identity, its owner.
type Account struct {
	Identity
	cloud *Cloud
	t     testing.TB
}

// Option says what an account is to be, where it is not to be any.
type Option func(map[string]any)

// Open opens services in the account from the start.
func Open(services ...string) Option {
	return func(wanted map[string]any) { wanted["open"] = services }
}

// Named gives the account a name.
func Named(name string) Option { return func(wanted map[string]any) { wanted["name"] = name } }

// New opens a fresh account for a test, in the cloud that all tests of the process share. It is closed after the test; of a test
// that fails, what was denied is logged.
func New(t testing.TB, options ...Option) *Account {
	t.Helper()
	cloud, err := Shared()
	if err != nil {
		t.Fatal(err)
	}
	return cloud.New(t, options...)
}

// New opens a fresh account for a test in this cloud.
func (c *Cloud) New(t testing.TB, options ...Option) *Account {
	t.Helper()
	wanted := map[string]any{}
	for _, option := range options {
		option(wanted)
	}
	account := &Account{cloud: c, t: t}
	if err := c.Control(http.MethodPost, "accounts", wanted, &account.Identity); err != nil {
		t.Fatal(err)
	}
	account.ARN = fmt.Sprintf("acs:ram::%s:root", account.AccountID)
	t.Cleanup(account.close)
	return account
}

func (a *Account) close() {
	a.t.Helper()
	if a.t.Failed() {
		denials, err := a.Denials()
		if err != nil {
			denials = []string{"the cloud does not tell: " + err.Error()}
		}
		if len(denials) == 0 {
			denials = []string{"nothing"}
		}
		a.t.Logf("acslab: denied\n%s", strings.Join(denials, "\n"))
	}
	if err := a.cloud.Control(http.MethodDelete, "accounts/"+a.AccountID, nil, nil); err != nil {
		a.t.Error(err)
	}
}

// User makes a RAM user with a key. A policy is the name of a system policy, a file that ends in .json, or the text of a document.
func (a *Account) User(name string, policies ...string) *Identity {
	a.t.Helper()
	read := make([]any, len(policies))
	for i, policy := range policies {
		document, err := document(policy)
		if err != nil {
			a.t.Fatal(err)
		}
		read[i] = document
	}
	user := &Identity{}
	wanted := map[string]any{"name": name, "policies": read}
	if err := a.cloud.Control(http.MethodPost, "accounts/"+a.AccountID+"/users", wanted, user); err != nil {
		a.t.Fatal(err)
	}
	return user
}

func document(policy string) (any, error) {
	text := []byte(policy)
	switch {
	case strings.HasSuffix(policy, ".json"):
		var err error
		if text, err = os.ReadFile(policy); err != nil {
			return nil, err
		}
	case !strings.HasPrefix(strings.TrimSpace(policy), "{"):
		return policy, nil
	}
	if !json.Valid(text) {
		return nil, fmt.Errorf("acslab: the policy `%s` is no JSON", policy)
	}
	return json.RawMessage(text), nil
}

// Decision is what was decided about a call.
type Decision struct {
	RequestID string `json:"request_id"`
	Operation string `json:"operation"`
	Caller    string `json:"caller"`
	Status    int    `json:"status"`
	Code      string `json:"code"`
	Decided   []struct {
		Action   string `json:"action"`
		Resource string `json:"resource"`
		Verdict  string `json:"verdict"`
		Policy   *struct {
			Name string `json:"name"`
		} `json:"policy"`
	} `json:"decided"`
}

// Decisions are what was decided lately about callers of this account, newest first.
func (a *Account) Decisions() ([]Decision, error) {
	var page struct {
		Decisions []Decision `json:"decisions"`
	}
	query := url.Values{"account": {a.AccountID}, "limit": {"1000"}}
	err := a.cloud.Control(http.MethodGet, "decisions?"+query.Encode(), nil, &page)
	return page.Decisions, err
}

// Denials are what was denied, oldest first, a text each.
func (a *Account) Denials() ([]string, error) {
	decisions, err := a.Decisions()
	var denials []string
	for i := len(decisions) - 1; i >= 0; i-- {
		decision := decisions[i]
		for _, decided := range decision.Decided {
			if decided.Verdict == "Allow" {
				continue
			}
			why, code := "no statement allows it", decision.Code
			if decided.Policy != nil {
				why = "denied by " + decided.Policy.Name
			}
			if code == "" {
				code = "performed all the same"
			}
			denials = append(denials, fmt.Sprintf("%s by %s: %d %s\n  needs %s on %s: %s",
				decision.Operation, decision.Caller, decision.Status, code, decided.Action, decided.Resource, why))
		}
	}
	return denials, err
}

// Cloud is a running `acslab serve`.
type Cloud struct {
	Endpoint string
	client   http.Client
	process  *exec.Cmd
	stdin    io.Closer
}

var shared = sync.OnceValues(func() (*Cloud, error) {
	if endpoint := os.Getenv("ACSLAB_ENDPOINT"); endpoint != "" {
		return At(endpoint), nil
	}
	return Start()
})

// Shared is the cloud that all tests of this process share.
func Shared() (*Cloud, error) { return shared() }

// At is a cloud that runs already.
func At(endpoint string) *Cloud {
	// What talks to the cloud on this machine takes no proxy.
	transport := &http.Transport{MaxIdleConnsPerHost: 16, IdleConnTimeout: 30 * time.Second}
	return &Cloud{Endpoint: strings.TrimSuffix(endpoint, "/"), client: http.Client{Transport: transport, Timeout: 30 * time.Second}}
}

// Start starts a cloud at a free port. It ends with Stop, and with this process, however that ends.
func Start(options ...string) (*Cloud, error) {
	program, err := program()
	if err != nil {
		return nil, err
	}
	command := exec.Command(program, append([]string{"serve", "--port", "0", "--format", "json", "--until-stdin-ends"}, options...)...)
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("acslab: `%s` cannot be run: %w", program, err)
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("acslab: `%s` ended before it answered", command), command.Wait())
	}
	var greeting struct {
		Endpoint string `json:"endpoint"`
	}
	if err := json.Unmarshal(line, &greeting); err != nil {
		return nil, err
	}
	cloud := At(greeting.Endpoint)
	cloud.process, cloud.stdin = command, stdin
	return cloud, nil
}

// Stop ends a cloud that was started here.
func (c *Cloud) Stop() error {
	if c.process == nil {
		return nil
	}
	return errors.Join(c.stdin.Close(), c.process.Wait())
}

func program() (string, error) {
	if named := os.Getenv("ACSLAB"); named != "" {
		if _, err := os.Stat(named); err != nil {
			return "", fmt.Errorf("acslab: ACSLAB names `%s`, and there is no such program", named)
		}
		return named, nil
	}
	found, err := exec.LookPath("acslab")
	if err != nil {
		return "", errors.New("acslab: there is no program `acslab`: put it on the PATH, or name it with the variable ACSLAB")
	}
	return found, nil
}

// Control asks acslab's own surface, as docs/control.md tells it.
func (c *Cloud) Control(method, path string, body, answer any) error {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, c.Endpoint+"/_acslab/"+path, sent)
	if err != nil {
		return err
	}
	response, err := c.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= 400 {
		told := struct {
			Error string `json:"error"`
		}{Error: string(text)}
		_ = json.Unmarshal(text, &told)
		return fmt.Errorf("acslab: %s %s: %s", method, path, told.Error)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}
