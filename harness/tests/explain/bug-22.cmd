acslab explain bug-22.txt --from bug-22.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
