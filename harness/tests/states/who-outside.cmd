acslab who oss:PutObject acs:oss:*:*:photos/in/a --from who-outside.documents.txt
