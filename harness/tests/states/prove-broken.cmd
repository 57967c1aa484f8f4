acslab prove prove-broken.txt --from ../explain/way-decoded.documents.txt
