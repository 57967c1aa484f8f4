acslab prove prove-values.txt --from prove-values.documents.txt
