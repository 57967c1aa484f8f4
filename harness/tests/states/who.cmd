acslab who oss:PutObject acs:oss:*:1234567890123456:research-flows/a --from ../explain/way-assume.documents.txt
