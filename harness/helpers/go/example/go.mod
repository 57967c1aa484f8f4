module acslab/helpers/go/example

go 1.24.0

require (
	acslab/helpers/go v0.0.0
	github.com/aliyun/alibabacloud-oss-go-sdk-v2 v1.6.1
)

require golang.org/x/time v0.14.0 // indirect

replace acslab/helpers/go => ../
