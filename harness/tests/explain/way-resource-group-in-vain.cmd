acslab explain way-resource-group-in-vain.txt --from way-resource-group-in-vain.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
