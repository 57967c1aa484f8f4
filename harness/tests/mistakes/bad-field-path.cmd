acslab run bad-field-path.yaml
