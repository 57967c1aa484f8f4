acslab explain way-role-session.txt
