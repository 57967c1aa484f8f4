acslab run bad-include.yaml
