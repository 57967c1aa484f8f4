acslab run not-utf8.yaml
