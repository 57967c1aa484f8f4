acslab who oss:DeleteObject acs:oss:*:1357913579135791:photos/a --from prove-list.documents.txt
