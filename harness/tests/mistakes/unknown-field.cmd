acslab run unknown-field.yaml
