acslab run unknown-variable.yaml
