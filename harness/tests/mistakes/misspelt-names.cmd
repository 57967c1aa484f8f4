acslab run misspelt-names.yaml
