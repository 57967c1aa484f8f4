acslab paths carol admin --from paths-version.documents.txt
