acslab explain bug-18.txt
