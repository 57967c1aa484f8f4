acslab explain way-ali-oss.txt
