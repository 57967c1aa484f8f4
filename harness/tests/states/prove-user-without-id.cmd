acslab prove prove-user-without-id.txt --from prove-user-without-id.documents.txt
