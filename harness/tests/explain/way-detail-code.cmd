acslab explain way-detail-code.txt
