acslab run duplicate-title.yaml --system-policy-version AliyunOSSFullAccess=v2
