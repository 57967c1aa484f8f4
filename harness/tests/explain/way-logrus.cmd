acslab explain way-logrus.txt
