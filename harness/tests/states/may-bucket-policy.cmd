acslab may bob --from who-outside.documents.txt
