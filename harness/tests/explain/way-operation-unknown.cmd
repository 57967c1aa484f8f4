acslab explain way-operation-unknown.txt
