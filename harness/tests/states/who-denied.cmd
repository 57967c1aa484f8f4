acslab who oss:PutObject acs:oss:*:1234567890123456:research-flows/a --from ../explain/way-decoded.documents.txt -c acs:SourceIp=203.0.113.7 --denied
