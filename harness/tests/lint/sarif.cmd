acslab lint --format sarif --allow policy-variable note.json
