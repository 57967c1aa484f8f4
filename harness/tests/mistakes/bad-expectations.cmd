acslab run bad-expectations.yaml
