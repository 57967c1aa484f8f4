acslab explain way-resource-group-said.txt --from way-resource-group-said.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z --resource-group rg-acfmxyz123456
