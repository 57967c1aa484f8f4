acslab explain way-log-before.txt
