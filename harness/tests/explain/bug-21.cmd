acslab explain bug-21.txt
