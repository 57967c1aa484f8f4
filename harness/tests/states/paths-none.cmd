acslab paths --from ../explain/bug-13.documents.txt
