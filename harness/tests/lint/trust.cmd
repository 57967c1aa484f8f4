acslab lint trust.json
