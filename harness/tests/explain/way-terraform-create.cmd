acslab explain way-terraform-create.txt --from way-terraform-create.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
