acslab run bad-steps.yaml
