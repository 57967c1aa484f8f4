acslab explain way-account-masked.txt --from way-account-masked.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
