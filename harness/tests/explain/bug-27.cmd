acslab explain bug-27.txt --from bug-27.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
