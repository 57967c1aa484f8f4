acslab explain way-pasted-policy.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
