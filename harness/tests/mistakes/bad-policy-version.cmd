acslab run bad-policy-version.yaml
