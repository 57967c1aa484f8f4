acslab simulate --system AliyunOSSReadOnlyAccess -a oss:ListObjects -r acs:oss:*:1234567890123456:photos/2026/ -c acs:CurrentTime=2026-01-01T00:00:00Z
