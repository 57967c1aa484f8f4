acslab may carol --from ../explain/way-assume.documents.txt
