acslab explain way-kubernetes.txt
