acslab run bad-when.yaml
