acslab explain bug-02.txt --from bug-02.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
