acslab run not-an-operation.yaml
