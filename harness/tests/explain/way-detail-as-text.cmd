acslab explain way-detail-as-text.txt
