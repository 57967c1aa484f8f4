acslab explain way-exception.txt
