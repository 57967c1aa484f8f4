acslab paths dave admin --from paths-detach.documents.txt
