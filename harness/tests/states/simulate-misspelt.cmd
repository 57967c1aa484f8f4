acslab simulate --system AliyunOSSReadOnlyAccess -a oss:PutObjct -r acs:oss:*:1234567890123456:photos/k
