acslab run not-a-step.yaml
