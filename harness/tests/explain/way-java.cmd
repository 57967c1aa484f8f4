acslab explain way-java.txt
