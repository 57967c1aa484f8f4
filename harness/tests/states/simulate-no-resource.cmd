acslab simulate --system AliyunOSSReadOnlyAccess -a oss:PutObject
