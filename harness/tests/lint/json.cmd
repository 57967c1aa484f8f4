acslab lint --format json overlap.json
