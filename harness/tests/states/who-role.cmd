acslab who sts:AssumeRole acs:ram:*:1234567890123456:role/ops --from who-outside.documents.txt
