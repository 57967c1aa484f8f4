acslab run not-a-caller.yaml
