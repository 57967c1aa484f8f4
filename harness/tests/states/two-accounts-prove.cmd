acslab prove two-accounts-prove.txt --from two-accounts.documents.txt
