acslab explain bug-26.txt --from bug-26.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
