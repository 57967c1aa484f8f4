acslab run duplicate-title.yaml --endpoint http://127.0.0.1:1
