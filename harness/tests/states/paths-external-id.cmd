acslab paths alice admin --from who-outside.documents.txt
