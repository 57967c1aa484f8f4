acslab run unknown-parameter.yaml
