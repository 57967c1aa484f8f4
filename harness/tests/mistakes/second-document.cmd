acslab run second-document.yaml
