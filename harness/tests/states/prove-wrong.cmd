acslab prove prove-wrong.txt --from ../explain/way-assume.documents.txt
