acslab explain way-abroad.txt --from way-abroad.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
