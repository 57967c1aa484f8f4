acslab explain way-authorizer.txt
