acslab explain way-ossutil-prefix.txt --from way-ossutil-prefix.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
