acslab explain way-trace-oss.txt
