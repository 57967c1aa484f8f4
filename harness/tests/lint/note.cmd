acslab lint note.json
