acslab who oss:GetObject acs:oss:*:1234567890123456:photos/x --from who-outside.documents.txt
