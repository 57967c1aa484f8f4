acslab lint onboarding.json
