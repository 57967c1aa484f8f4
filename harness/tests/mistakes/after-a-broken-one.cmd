acslab run after-a-broken-one.yaml
