acslab explain bug-04.txt --from bug-04.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z --resource acs:ram:*:2000000000000001:role/state
