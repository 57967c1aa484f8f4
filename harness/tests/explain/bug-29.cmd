acslab explain bug-29.txt
