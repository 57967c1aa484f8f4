acslab explain bug-05.txt
