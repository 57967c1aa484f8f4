acslab explain bug-16.txt --from bug-16.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
