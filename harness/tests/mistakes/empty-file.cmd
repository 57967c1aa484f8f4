acslab run empty-file.yaml
