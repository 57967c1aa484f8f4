acslab explain way-throttled.txt
