acslab run unknown-operation.yaml
