acslab explain way-operation-around.txt
