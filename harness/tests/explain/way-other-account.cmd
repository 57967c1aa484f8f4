acslab explain way-other-account.txt --from way-other-account.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
