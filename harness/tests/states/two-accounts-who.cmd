acslab who ram:CreateUser --from two-accounts.documents.txt
