acslab prove prove-open.txt --from prove-open.documents.txt --format json
