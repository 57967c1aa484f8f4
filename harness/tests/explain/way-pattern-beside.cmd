acslab explain way-pattern-beside.txt
