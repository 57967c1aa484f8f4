acslab explain 0003-00000301
