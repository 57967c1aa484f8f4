acslab may alice --from two-accounts.documents.txt
