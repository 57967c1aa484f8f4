acslab paths --from paths.documents.txt
