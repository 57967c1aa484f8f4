acslab explain bug-19.txt --from bug-19.documents.txt -c acs:CurrentTime=2026-01-01T00:00:00Z --resource acs:ram:*:1234567890123456:role/* -c ram:ServiceName=llmtrace.pai.aliyuncs.com
