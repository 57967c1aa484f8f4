acslab paths bob admin --from paths-new-role.documents.txt
