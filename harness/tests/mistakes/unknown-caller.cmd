acslab run unknown-caller.yaml
