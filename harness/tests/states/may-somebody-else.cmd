acslab may tim --from simulate-time.documents.txt
