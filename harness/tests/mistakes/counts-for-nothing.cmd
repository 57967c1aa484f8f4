acslab run counts-for-nothing.yaml
