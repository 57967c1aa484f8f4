acslab run role-session-without-name.yaml
