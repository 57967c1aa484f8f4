acslab explain way-addon-role.txt
