acslab run duplicate-title.yaml duplicate-title.other.yaml
