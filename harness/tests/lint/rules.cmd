acslab lint --rules
