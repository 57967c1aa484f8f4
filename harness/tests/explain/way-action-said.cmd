acslab explain way-action-said.txt --from way-action-said.documents.txt --action rds:DeleteDBInstance -c acs:CurrentTime=2026-01-01T00:00:00Z
