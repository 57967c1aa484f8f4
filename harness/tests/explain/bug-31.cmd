acslab explain bug-31.txt
