acslab explain bug-06.txt --from bug-06.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z --resource acs:alidns:*:1234567890123456:domain/*
