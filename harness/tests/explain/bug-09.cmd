acslab explain bug-09.txt
