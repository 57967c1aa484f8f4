acslab run --check duplicate-title.yaml duplicate-title.other.yaml
