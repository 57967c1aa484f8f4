acslab explain way-version-in-force.txt --from way-version-in-force.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
