acslab run too-deep.yaml
