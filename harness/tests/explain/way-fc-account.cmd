acslab explain way-fc-account.txt
