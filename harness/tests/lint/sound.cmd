acslab lint sound.json
