acslab explain way-ossutil.txt
