acslab explain way-paste.txt
