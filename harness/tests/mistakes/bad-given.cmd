acslab run bad-given.yaml
