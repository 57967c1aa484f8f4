acslab lint control-characters.json
