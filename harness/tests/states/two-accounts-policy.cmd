acslab policy show P --from two-accounts.documents.txt
