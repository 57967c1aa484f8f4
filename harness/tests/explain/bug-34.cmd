acslab lint bug-34.ci.json
