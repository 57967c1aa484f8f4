acslab explain bug-24.txt
