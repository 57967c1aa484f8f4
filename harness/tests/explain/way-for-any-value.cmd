acslab explain way-for-any-value.txt --from way-for-any-value.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
