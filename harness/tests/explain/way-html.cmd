acslab explain way-html.txt
