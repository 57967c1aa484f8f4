acslab prove prove-nobody.txt --from import-nothing.txt
