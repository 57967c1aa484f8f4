acslab explain way-head.txt
