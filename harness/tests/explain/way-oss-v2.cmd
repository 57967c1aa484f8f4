acslab explain way-oss-v2.txt
