acslab explain way-labels-in-brackets.txt
