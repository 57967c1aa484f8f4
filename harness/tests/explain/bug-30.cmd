acslab explain bug-30.txt
