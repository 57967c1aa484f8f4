acslab run duplicate-title.yaml --endpoint localhost:8820
