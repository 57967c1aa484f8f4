acslab explain way-node.txt
