acslab explain way-guard-http.txt --from way-guard-http.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
