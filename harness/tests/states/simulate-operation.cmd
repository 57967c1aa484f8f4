acslab simulate --system AliyunOSSReadOnlyAccess -a oss:HeadObject -r acs:oss:*:1234567890123456:photos/k
