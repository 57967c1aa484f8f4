acslab explain way-form-unknown.txt --from way-form-unknown.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
