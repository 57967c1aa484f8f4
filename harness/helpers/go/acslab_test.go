package acslab

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// call is a signed call to RAM, without an SDK; it gives the status.
func call(t testing.TB, who *Identity, action string, parameters ...string) int {
	t.Helper()
	asked := url.Values{
		"Action": {action}, "Version": {"2015-05-01"}, "Format": {"JSON"}, "AccessKeyId": {who.AccessKeyID},
		"SignatureMethod": {"HMAC-SHA1"}, "SignatureVersion": {"1.0"}, "SignatureNonce": {rand.Text()},
		"Timestamp": {time.Now().UTC().Format(time.RFC3339)},
	}
	for i := 0; i < len(parameters); i += 2 {
		asked.Set(parameters[i], parameters[i+1])
	}
	query := strings.ReplaceAll(asked.Encode(), "+", "%20")
	mac := hmac.New(sha1.New, []byte(who.AccessKeySecret+"&"))
	mac.Write([]byte("GET&%2F&" + url.QueryEscape(query)))
	signature := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get(who.Endpoint + "/?" + query + "&Signature=" + url.QueryEscape(signature))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

func TestEachTestHasAnAccountOfItsOwn(t *testing.T) {
	for range 2 {
		t.Run("one", func(t *testing.T) {
			t.Parallel()
			account := New(t)
			if got := call(t, &account.Identity, "GetUser", "UserName", "alice"); got != 404 {
				t.Errorf("alice is there: %d", got)
			}
			account.User("alice")
			if got := call(t, &account.Identity, "GetUser", "UserName", "alice"); got != 200 {
				t.Errorf("alice is not there: %d", got)
			}
		})
	}
}

func TestPeopleHavePolicies(t *testing.T) {
	account := New(t, Open("oss"), Named("people"))
	if account.Name != "people" || !strings.HasPrefix(account.Endpoint, "http://"+account.Host()) {
		t.Errorf("%+v", account.Identity)
	}
	deny := `{"Version": "1", "Statement": [{"Effect": "Deny", "Action": "ram:GetUser", "Resource": "*"}]}`
	for _, one := range []struct {
		name     string
		policies []string
		status   int
	}{
		{"by-file", []string{"testdata/reader.json"}, 200},
		{"by-name", []string{"AliyunRAMReadOnlyAccess"}, 200},
		{"denied", []string{"AliyunRAMReadOnlyAccess", deny}, 403},
		{"nobody", nil, 403},
	} {
		if got := call(t, account.User(one.name, one.policies...), "GetUser", "UserName", one.name); got != one.status {
			t.Errorf("%s: %d", one.name, got)
		}
	}
	denials, err := account.Denials()
	if err != nil || len(denials) != 2 {
		t.Fatal(denials, err)
	}
	if !strings.Contains(denials[0], "denied by denied-2") || !strings.Contains(denials[1], "no statement allows it") {
		t.Error(denials)
	}
}

func TestTheEnvironmentIsSet(t *testing.T) {
	account := New(t)
	account.User("alice").Setenv(t)
	if got := os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"); got == account.AccessKeyID || !strings.HasPrefix(got, "LTAI") {
		t.Error(got)
	}
}

// A test that fails, seen from outside.
type failing struct {
	testing.TB
	cleanups []func()
	logged   string
	fatal    string
}

func (f *failing) Cleanup(cleanup func())          { f.cleanups = append(f.cleanups, cleanup) }
func (f *failing) Failed() bool                    { return true }
func (f *failing) Helper()                         {}
func (f *failing) Logf(format string, args ...any) { f.logged += fmt.Sprintf(format, args...) }
func (f *failing) Error(args ...any)               { f.fatal += fmt.Sprint(args...) }
func (f *failing) Fatal(args ...any)               { f.fatal += fmt.Sprint(args...) }

func TestATestThatFailsSaysWhatWasDenied(t *testing.T) {
	inner := &failing{TB: t}
	account := New(inner)
	call(t, account.User("alice"), "ListUsers")
	account.User("alice")
	if !strings.Contains(inner.fatal, "EntityAlreadyExists.User") {
		t.Error(inner.fatal)
	}
	for _, cleanup := range inner.cleanups {
		cleanup()
	}
	if !strings.Contains(inner.logged, "Ram.ListUsers by "+fmt.Sprintf("acs:ram::%s:user/alice", account.AccountID)) {
		t.Error(inner.logged)
	}
	if got := call(t, &account.Identity, "ListUsers"); got != 404 {
		t.Errorf("the account is still there: %d", got)
	}
}

func TestACloudEndsWithWhoeverStartedIt(t *testing.T) {
	if os.Getenv("ACSLAB_TEST_STARTS") != "" {
		cloud, err := Start()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("at", cloud.Endpoint)
		os.Exit(1)
	}
	self := exec.Command(os.Args[0], "-test.run=^TestACloudEndsWithWhoeverStartedIt$")
	self.Env = append(os.Environ(), "ACSLAB_TEST_STARTS=1")
	out, _ := self.Output()
	_, endpoint, found := strings.Cut(strings.TrimSpace(string(out)), "at ")
	if !found {
		t.Fatalf("%s", out)
	}
	for range 100 {
		if err := At(endpoint).Control(http.MethodGet, "health", nil, nil); err != nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("it still answers")
}

func TestStopEndsIt(t *testing.T) {
	cloud, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	if err := cloud.Stop(); err != nil {
		t.Error(err)
	}
	if cloud.Control(http.MethodGet, "health", nil, nil) == nil {
		t.Error("it still answers")
	}
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	t.Setenv("ACSLAB", "/nowhere/acslab")
	if _, err := Start(); err == nil || !strings.Contains(err.Error(), "there is no such program") {
		t.Error(err)
	}
	t.Setenv("ACSLAB", "")
	t.Setenv("PATH", "/nowhere")
	if _, err := Start(); err == nil || !strings.Contains(err.Error(), "put it on the PATH") {
		t.Error(err)
	}
}
