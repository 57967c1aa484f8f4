acslab paths erin admin --from paths-manager.documents.txt
