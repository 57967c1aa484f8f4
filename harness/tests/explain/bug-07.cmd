acslab explain bug-07.txt --from bug-07.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
