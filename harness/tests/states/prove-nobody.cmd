acslab prove prove-nobody.txt --from ../explain/way-assume.documents.txt
