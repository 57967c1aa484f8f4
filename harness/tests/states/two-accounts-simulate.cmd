acslab simulate --principal alice --action oss:GetObject --from two-accounts.documents.txt
