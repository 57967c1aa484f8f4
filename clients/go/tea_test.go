package clients

import (
	"errors"
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/tea-utils/v2/service"
	"github.com/alibabacloud-go/tea/tea"
)

// What all current Go SDKs (alibabacloud-go/…) are made of: darabonba-openapi.

func call(t *testing.T, cloud cloud, who key, signature, version, action string, query map[string]string) (map[string]any, error) {
	t.Helper()
	config := &openapi.Config{
		Endpoint:        tea.String(cloud.address),
		Protocol:        tea.String("HTTP"),
		RegionId:        tea.String(region),
		AccessKeyId:     tea.String(who.id),
		AccessKeySecret: tea.String(who.secret),
	}
	if who.token != "" {
		config.SecurityToken = tea.String(who.token)
	}
	if signature == "v2" {
		config.SignatureAlgorithm = tea.String("v2")
	}
	client, err := openapi.NewClient(config)
	must(t, err)
	params := &openapi.Params{
		Action:      tea.String(action),
		Version:     tea.String(version),
		Protocol:    tea.String("HTTP"),
		Pathname:    tea.String("/"),
		Method:      tea.String("POST"),
		AuthType:    tea.String("AK"),
		Style:       tea.String("RPC"),
		ReqBodyType: tea.String("formData"),
		BodyType:    tea.String("json"),
	}
	request := &openapi.OpenApiRequest{Query: map[string]*string{}}
	for name, value := range query {
		request.Query[name] = tea.String(value)
	}
	answer, err := client.CallApi(params, request, &service.RuntimeOptions{})
	if err != nil {
		return nil, err
	}
	return answer["body"].(map[string]any), nil
}

func TestTeaSDK(t *testing.T) {
	for _, signature := range []string{"v3", "v2"} {
		t.Run(signature, func(t *testing.T) {
			cloud := start(t)
			_, err := call(t, cloud, cloud.owner, signature, "2015-05-01", "CreateUser", map[string]string{
				"UserName": "alice", "DisplayName": "A B*~/测试", "Comments": "a=b&c+d",
			})
			must(t, err)
			got, err := call(t, cloud, cloud.owner, signature, "2015-05-01", "GetUser", map[string]string{"UserName": "alice"})
			must(t, err)
			user := got["User"].(map[string]any)
			equal(t, user["DisplayName"].(string), "A B*~/测试")
			equal(t, user["Comments"].(string), "a=b&c+d")

			// IMS names the same user by its principal name.
			got, err = call(t, cloud, cloud.owner, signature, "2019-08-15", "GetUser", map[string]string{
				"UserPrincipalName": "alice@" + account + ".onaliyun.com",
			})
			must(t, err)
			equal(t, got["User"].(map[string]any)["UserId"].(string), user["UserId"].(string))
			got, err = call(t, cloud, cloud.owner, signature, "2020-03-31", "CreateResourceGroup", map[string]string{
				"Name": "lab", "DisplayName": "A B*~/测试",
			})
			must(t, err)
			group := map[string]string{"ResourceGroupId": got["ResourceGroup"].(map[string]any)["Id"].(string)}
			got, err = call(t, cloud, cloud.owner, signature, "2020-03-31", "GetResourceGroup", group)
			must(t, err)
			equal(t, got["ResourceGroup"].(map[string]any)["DisplayName"].(string), "A B*~/测试")

			bob := newUser(t, ramClient(t, cloud, cloud.owner), "bob", "")
			_, err = call(t, cloud, bob, signature, "2015-05-01", "GetUser", map[string]string{"UserName": "alice"})
			var refused *tea.SDKError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want the SDK's error", err)
			}
			equal(t, tea.StringValue(refused.Code), "NoPermission")
			equal(t, tea.IntValue(refused.StatusCode), 403)
			equal(t, refused.AccessDeniedDetail["AuthAction"].(string), "ram:GetUser")
		})
	}
}
