acslab explain way-group-deny.txt --from way-group-deny.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
