acslab explain way-bucket-policy-arn.txt --from way-bucket-policy-arn.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z
