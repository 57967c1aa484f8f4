acslab lint --allow useless-allow overlap.json
