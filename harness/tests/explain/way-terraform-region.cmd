acslab explain way-terraform-region.txt --from way-terraform-region.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
