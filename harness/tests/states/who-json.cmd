acslab who sts:AssumeRole acs:ram:*:1234567890123456:role/writer --from ../explain/way-assume.documents.txt --format json
