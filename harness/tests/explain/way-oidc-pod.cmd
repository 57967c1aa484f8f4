acslab explain way-oidc-pod.txt --from way-oidc-pod.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
