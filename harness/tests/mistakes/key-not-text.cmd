acslab run key-not-text.yaml
