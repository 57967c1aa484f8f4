acslab explain bug-23.txt
