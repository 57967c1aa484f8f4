acslab explain way-external-id-abroad.txt --from way-external-id-abroad.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
