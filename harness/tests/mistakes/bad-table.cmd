acslab run bad-table.yaml
