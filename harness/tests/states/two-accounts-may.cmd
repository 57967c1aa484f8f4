acslab may bob --from two-accounts.documents.txt
