module acslab/clients/cli

go 1.23.0

// The CLI keeps the operations' metadata in a git submodule, which no module carries: it is a module of its own here.
replace github.com/aliyun/aliyun-cli/v3/aliyun-openapi-meta => github.com/aliyun/aliyun-openapi-meta v0.0.0-20260421122526-2563691c2222

require (
	github.com/aliyun/aliyun-cli/v3 v3.4.11
	github.com/aliyun/aliyun-cli/v3/aliyun-openapi-meta v0.0.0
)
