acslab prove prove.txt --from ../explain/way-assume.documents.txt
