acslab explain way-curl-put.txt --from way-curl-put.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
