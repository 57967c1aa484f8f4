acslab explain bug-12.txt
