acslab explain bug-15.txt --from bug-15.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
