acslab explain bug-10.txt
