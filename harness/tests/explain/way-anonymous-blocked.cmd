acslab explain way-anonymous-blocked.txt --from way-anonymous-blocked.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
