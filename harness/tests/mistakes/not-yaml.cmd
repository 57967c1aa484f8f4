acslab run not-yaml.yaml
