acslab may role/writer --from ../explain/way-assume.documents.txt
