acslab who oss:ListObjects acs:oss:*:1357913579135791:app-logs/2026/ --from ../explain/way-ossutil-prefix.documents.txt
