acslab explain hello
