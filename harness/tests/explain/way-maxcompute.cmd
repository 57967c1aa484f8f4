acslab explain way-maxcompute.txt
