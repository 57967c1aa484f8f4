acslab paths alice admin --from paths-password.documents.txt
