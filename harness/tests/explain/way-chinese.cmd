acslab explain way-chinese.txt --from way-chinese.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
