acslab run unknown-account.yaml
