acslab explain way-pasted-trust.txt --as builder -c acs:CurrentTime=2026-01-01T00:00:00Z
