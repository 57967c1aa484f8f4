acslab lint
