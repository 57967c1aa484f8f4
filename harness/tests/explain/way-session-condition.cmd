acslab explain way-session-condition.txt --from way-session-condition.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z --resource acs:ram:*:1234567890123456:role/ops
