acslab explain way-bucket-only.txt --from way-bucket-only.documents.txt
