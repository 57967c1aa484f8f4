acslab lint long-line.json
