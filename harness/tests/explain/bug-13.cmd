acslab explain bug-13.txt --from bug-13.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z --resource acs:oss:*:1234567890123456:*
