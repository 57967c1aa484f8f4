acslab explain bug-20.txt
