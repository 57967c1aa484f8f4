acslab explain way-other-code.txt
