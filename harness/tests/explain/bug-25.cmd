acslab explain bug-25.txt --from bug-25.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
