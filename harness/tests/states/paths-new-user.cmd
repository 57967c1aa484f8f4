acslab paths alice admin --from paths-new-user.documents.txt
