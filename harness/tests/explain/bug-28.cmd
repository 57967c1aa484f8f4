acslab explain bug-28.txt --from bug-28.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z --resource acs:oss:*:1234567890123456:raw-data/a.csv
