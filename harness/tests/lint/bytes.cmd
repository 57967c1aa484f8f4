acslab lint bytes.json
