acslab explain way-oidc-github.txt --from way-oidc-github.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
