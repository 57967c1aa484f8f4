acslab lint --kind bucket sound.json
