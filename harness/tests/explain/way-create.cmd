acslab explain way-create.txt --from way-create.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
