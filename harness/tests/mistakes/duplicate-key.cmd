acslab run duplicate-key.yaml
