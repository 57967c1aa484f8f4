acslab run anchor.yaml
