acslab run missing-fields.yaml
