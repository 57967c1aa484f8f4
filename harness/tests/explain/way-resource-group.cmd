acslab explain way-resource-group.txt --from way-resource-group.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
