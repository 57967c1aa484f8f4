acslab run duplicate-title.yaml --only teh
