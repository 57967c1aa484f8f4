acslab lint nothing.json
