acslab run bad-compare.yaml
