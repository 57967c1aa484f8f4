acslab simulate --principal tom --action oss:GetObject --resource acs:oss:*:1357913579135791:photos/a --context acs:CurrentTime=2026-01-01T00:00:00Z --from simulate-time.documents.txt
