acslab run unreadable-file.yaml
