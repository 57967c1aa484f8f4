acslab serve --system-policy-version AliyunOSSFullAccess
