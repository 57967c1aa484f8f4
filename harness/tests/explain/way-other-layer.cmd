acslab explain way-other-layer.txt --from way-assume.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z --resource acs:oss:*:1234567890123456:research-flows/a
