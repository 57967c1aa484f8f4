acslab who oss:GetObject acs:oss:*:2234567890123456:app-logs/a --from ../explain/way-ossutil-prefix.documents.txt
