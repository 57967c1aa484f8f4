acslab explain way-rpc-xml.txt
