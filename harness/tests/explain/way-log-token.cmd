acslab explain way-log-token.txt
