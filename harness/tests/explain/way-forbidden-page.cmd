acslab explain way-forbidden-page.txt
