acslab explain way-several.txt
