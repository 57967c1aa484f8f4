acslab explain way-several-tools.txt
