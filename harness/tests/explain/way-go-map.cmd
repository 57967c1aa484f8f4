acslab explain way-go-map.txt
