acslab run bad-signature.yaml
