acslab explain way-log-plugin.txt
