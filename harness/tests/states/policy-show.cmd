acslab policy show Tagged --from ../explain/bug-13.documents.txt
