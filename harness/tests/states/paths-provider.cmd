acslab paths bob admin --from paths-provider.documents.txt
