acslab explain way-token.txt
