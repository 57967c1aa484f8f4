acslab explain bug-17.txt
