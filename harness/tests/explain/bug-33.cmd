acslab explain bug-33.txt --from bug-33.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
