acslab paths bob admin --from paths-new-policy.documents.txt
