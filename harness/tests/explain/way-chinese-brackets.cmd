acslab explain way-chinese-brackets.txt
