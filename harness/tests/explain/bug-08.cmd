acslab explain bug-08.txt --from bug-08.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
