acslab prove prove-somebody-elses.txt --from simulate-time.documents.txt
