acslab run no-steps.yaml
