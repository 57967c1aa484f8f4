acslab prove prove-resource-group.txt --from prove-resource-group.documents.txt
