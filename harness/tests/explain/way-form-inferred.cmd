acslab explain way-form-inferred.txt --from way-form-inferred.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
