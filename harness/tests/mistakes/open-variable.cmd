acslab run open-variable.yaml
