acslab explain way-folder-control.txt --from way-folder-control.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
