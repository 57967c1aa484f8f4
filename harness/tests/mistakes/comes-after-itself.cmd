acslab run comes-after-itself.yaml
