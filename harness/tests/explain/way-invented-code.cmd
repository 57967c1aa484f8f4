acslab explain way-invented-code.txt
