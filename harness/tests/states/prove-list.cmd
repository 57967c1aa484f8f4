acslab prove prove-list.txt --from prove-list.documents.txt
