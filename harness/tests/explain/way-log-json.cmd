acslab explain way-log-json.txt
