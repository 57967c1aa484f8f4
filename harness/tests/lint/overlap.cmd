acslab lint overlap.json sound.json
