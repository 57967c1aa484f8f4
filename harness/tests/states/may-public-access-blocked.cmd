acslab may alice --from who-outside-on-a-condition.documents.txt
