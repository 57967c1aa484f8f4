acslab explain 4001-NoPermission
