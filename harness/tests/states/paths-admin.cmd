acslab paths alice admin --from paths.documents.txt
