acslab explain way-registry.txt
