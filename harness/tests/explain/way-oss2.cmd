acslab explain way-oss2.txt
