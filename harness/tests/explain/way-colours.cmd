acslab explain way-colours.txt
