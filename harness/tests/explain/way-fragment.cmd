acslab explain way-fragment.txt
