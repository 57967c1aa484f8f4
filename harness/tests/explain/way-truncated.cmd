acslab explain way-truncated.txt
