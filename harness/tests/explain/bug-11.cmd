acslab explain bug-11.txt
