acslab explain bug-14.txt --from bug-14.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
