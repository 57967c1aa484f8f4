acslab run duplicate-title.yaml --system-policies duplicate-title.yaml
