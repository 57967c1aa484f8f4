acslab explain way-decoded.txt --from way-decoded.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
