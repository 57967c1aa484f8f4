acslab explain missing.json
