acslab explain way-python.txt
